from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import pytest
from PIL import Image, ImageOps

from ksd_eval.claims import Claim
from ksd_eval.judges.world_reader import WorldReader
from ksd_eval.records import Arm
from ksd_eval.studies import autoencoder, round_trip
from ksd_eval.studies.autoencoder import AutoencoderStudy
from ksd_eval.studies.base import Bench, StudyError

STUDY = AutoencoderStudy(count=12, photograph_size=64)


@dataclass(frozen=True)
class Through:
    """An autoencoder that does to pictures what a test says."""

    change: object

    def round_trip(self, images):
        return [self.change(image) for image in images]


def blurred(image):
    return image.resize((6, 6), Image.Resampling.BOX).resize(image.size)


def mirrored(image):
    return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def a_fifth_brighter(image):
    return image.point(lambda level: min(255, level + 51))


@pytest.fixture
def bench():
    """A bench with an autoencoder that does what is said, and keeps tables in memory."""

    def made(change, judges=None):
        tables = {}

        def kept(name, make):
            if name not in tables:
                tables[name] = make()
            return tables[name]

        @contextmanager
        def tracked(name, total):
            yield lambda count: None

        return Bench(
            pairs=(),
            arms=(Arm("through", "ko", "korean"),),
            models={"through": Through(change)},
            judges={"reader": WorldReader()} if judges is None else judges,
            metrics={},
            claims={},
            level=0.95,
            seed=0,
            workers=1,
            kept=kept,
            tracked=tracked,
        )

    return made


def found(bench, study=STUDY):
    return {(one.metric, one.by, one.group, one.arm): one for one in study(bench).estimates}


def test_an_autoencoder_that_loses_nothing_changes_nothing(bench):
    one = found(bench(lambda image: image))["changed_readings", "", "", "autoencoder"]
    assert (one.estimate, one.n_images, one.n_abstained) == (0.0, 36, 0)
    assert 0 < one.ci_high < 0.15


def test_what_an_autoencoder_does_is_found_where_it_does_it(bench):
    every = found(bench(ImageOps.invert))
    one = every["changed_readings", "", "", "autoencoder"]
    assert one.estimate > 0.5
    assert every["changed_readings", "reading", "colour", "autoencoder"].estimate > 0.5


def test_a_planted_share_of_changed_pictures_is_found(bench):
    """Every third picture comes back as another one of its kind."""
    study = replace(STUDY, count=60)
    pictures = [
        image for kind in round_trip.READ for image in round_trip.painted(kind, 60, 64, seed=0)
    ]
    known = {image.tobytes(): place for place, image in enumerate(pictures)}
    blank = Image.new("RGB", (64, 64), "white")

    def sometimes(image):
        place = known.get(image.tobytes())
        return blank if place is not None and place % 3 == 0 else image

    one = found(bench(sometimes), study)["changed_readings", "", "", "autoencoder"]
    assert one.estimate == pytest.approx(1 / 3, abs=0.01)
    assert one.ci_low < 1 / 3 < one.ci_high


@pytest.mark.parametrize(
    ("change", "outcome"), [(ImageOps.invert, "supported"), (lambda image: image, "refuted")]
)
def test_the_claim_is_decided_by_it(bench, change, outcome):
    claim = Claim("It is lossy.", "the share", {"metric": "altered_readings"}, 0.05)
    estimates = replace(STUDY, count=60)(bench(change)).estimates
    assert claim("autoencoder", estimates, 0.95).outcome == outcome


def test_another_level_gives_other_intervals_of_the_same_table(bench):
    one = bench(blurred)
    wide, narrow = (found(replace(one, level=level)) for level in (0.99, 0.8))
    key = ("psnr", "picture", "people", "autoencoder")
    assert wide[key].estimate == narrow[key].estimate
    assert wide[key].ci_low < narrow[key].ci_low
    assert wide[key].level == 0.99


def test_likeness_is_told_by_kind_of_picture(bench):
    every = found(bench(mirrored))
    kinds = {group for metric, by, group, arm in every if metric == "ssim"}
    assert set(round_trip.PAINTED) <= kinds
    assert every["ssim", "picture", "solids", "autoencoder"].estimate < 0.95
    brighter = found(bench(a_fifth_brighter))["psnr", "picture", "people", "autoencoder"]
    assert brighter.estimate >= 13.979  # what is white already cannot get brighter


def test_published_values_stand_beside(bench):
    study = replace(
        STUDY, published={"psnr": 23.4}, published_pictures=5000, source="its model card"
    )
    one = found(bench(blurred), study)["psnr", "picture", "photographs", "published"]
    assert (one.estimate, one.ci_low, one.n_images) == (23.4, None, 5000)
    assert one.note == "its model card"


def test_photographs_of_ones_own_are_all_sent(bench, tmp_path):
    rng = np.random.default_rng(0)
    for place in range(14):  # more than paintings of a kind
        noise = rng.integers(0, 256, (80, 100, 3), dtype=np.uint8)
        Image.fromarray(noise).save(tmp_path / f"{place:02d}.png")
    study = replace(STUDY, photographs=str(tmp_path))
    own = found(bench(a_fifth_brighter), study)["psnr", "picture", "photographs", "autoencoder"]
    assert own.n_images == 14
    before = study.identity()
    assert before != STUDY.identity()
    Image.new("RGB", (80, 80)).save(tmp_path / "00.png")
    assert study.identity() != before


def test_what_has_no_weights_or_photographs_is_a_note_and_no_number(bench, monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(round_trip, "find_spec", lambda name: None)
    round_trip._lpips.cache_clear()
    every = found(bench(blurred))
    for metric, group, note in (
        ("lpips", "people", "no LPIPS"),
        ("rfid", "people", "no rFID"),
        ("psnr", "photographs", "no photographs: `pip install scikit-image"),
    ):
        one = every[metric, "picture", group, "autoencoder"]
        assert one.estimate is None
        assert one.note.startswith(note)


def test_a_distance_of_few_pictures_is_marked(bench, monkeypatch):
    monkeypatch.setattr(
        autoencoder.Inception,
        "__call__",
        lambda self, images: np.stack([np.asarray(image).mean((0, 1)) for image in images]),
    )
    one = found(bench(a_fifth_brighter))["rfid", "picture", "people", "autoencoder"]
    assert one.estimate > 0
    assert one.note == "12 pictures are too few: the distance is mostly bias"


def test_a_picture_that_comes_back_unchanged_has_no_ratio_and_is_counted(bench):
    one = found(bench(lambda image: image))["psnr", "picture", "people", "autoencoder"]
    assert (one.estimate, one.n_abstained) == (None, 12)
    assert one.note == "the picture came back unchanged"


def test_a_model_that_paints_pixels_is_refused(bench):
    plain = replace(bench(blurred), models={"through": object()})
    with pytest.raises(StudyError, match="model 'through' has no autoencoder"):
        STUDY(plain)


def test_a_judge_that_is_not_there_is_refused(bench):
    with pytest.raises(StudyError, match="judge 'reader' is not in the experiment; it has none"):
        STUDY(bench(blurred, judges={}))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"count": 0}, "count is 0"),
        ({"size": 60}, "size is 60 pixels; give a multiple of 8"),
        ({"photograph_size": 8}, "photograph_size is 8 pixels"),
        ({"published": {"psim": 1.0}}, "published names 'psim'"),
    ],
)
def test_settings_that_mean_nothing_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        AutoencoderStudy(**options)
