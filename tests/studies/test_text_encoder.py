"""The study of text encoders, of towers whose faults are planted, and runs that lose by them."""

import hashlib
import re
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import pytest

from ksd_eval.models.base import Encoding
from ksd_eval.records import Arm, ImageRecord, Measurement, PromptPair, columns
from ksd_eval.store import RunStore, types_of
from ksd_eval.studies.base import Bench, StudyError
from ksd_eval.studies.text_encoder import TextEncoderStudy

WIDTH = 64
ARMS = (
    Arm("kin", "ko", "korean"),
    Arm("kin", "en", "english"),
    Arm("kin_en", "en", "original"),
    Arm("kin_en", "ko", "foreign"),
)
PAIRS = tuple(
    PromptPair(f"p{place:03}", f"뜻 {place}", f"meaning {place}", {"kind": "ab"[place % 2]})
    for place in range(60)
)


def direction(*name):
    """Return a direction of its own for each name."""
    seed = int(hashlib.sha256(repr(name).encode()).hexdigest()[:8], 16)
    vector = np.random.default_rng(seed).normal(size=WIDTH)
    return vector / np.linalg.norm(vector)


def turned(vector, cosine, *name):
    """Return a direction whose cosine with `vector` is what is said."""
    aside = direction("aside", *name)
    aside -= (aside @ vector) * vector
    return cosine * vector + np.sqrt(1 - cosine**2) * aside / np.linalg.norm(aside)


@dataclass(frozen=True)
class Tower:
    """A text encoder that knows what texts mean, but for what a test says.

    Attributes:
        cosines: From a language and a place to the cosine of its states with the right ones; None
            for states that have nothing to do with them.
        by_meaning: From a meaning to that of the end, in Korean.
        words: From a language to words of a text; two of every meaning are padding.
    """

    cosines: dict = field(default_factory=dict)
    by_meaning: dict = field(default_factory=dict)
    words: dict = field(default_factory=lambda: {"ko": 3, "en": 4})
    width: int = WIDTH
    limit: int = 10

    def identity(self):
        return {"tower": "kin", "width": self.width}

    def paint(self, requests, batch_shape):
        raise AssertionError("a study of text encoders paints nothing")

    def encodings(self, texts):
        return [self._encoding(text) for text in texts]

    def _encoding(self, text):
        meaning, language = int(text.split()[-1]), "ko" if "뜻" in text else "en"
        words = min(self.words[language], self.limit - 2)
        padding = self.limit - 2 - words
        places = ("start", *["content"] * words, "end", *["padding"] * padding)
        rows = [self._state(place, meaning, language) for place in places]
        states = np.array(rows, np.float32)[:, : self.width]
        return Encoding(self.words[language] + 2, places, states)

    def _state(self, place, meaning, language):
        right = direction(place) if place == "start" else direction(place, meaning)
        cosine = self.cosines.get((language, place), 1.0)
        if (language, place) == ("ko", "end"):
            cosine = self.by_meaning.get(meaning, cosine)
        if cosine is None:
            return direction("unrelated", place, meaning)
        return turned(right, cosine, place, meaning if place != "start" else "")


def bench(kin=None, original=None, pairs=PAIRS, arms=ARMS):
    tables = {}

    def kept(name, make):
        if name not in tables:
            tables[name] = make()
        return tables[name]

    @contextmanager
    def tracked(name, total):
        yield lambda count: None

    deaf = Tower({("ko", place): None for place in ("content", "end", "padding")})
    models = {"kin": kin or Tower(), "kin_en": original or deaf}
    return Bench(pairs, arms, models, {}, {}, {}, 0.95, 0, 1, kept, tracked)


@pytest.fixture
def study(tmp_path):
    return TextEncoderStudy("kin", results=str(tmp_path), resamples=500)


def found(study, where):
    every = study(where).estimates
    return {(one.metric, one.arm, one.group): one for one in every}


def test_a_tower_that_reads_korean_as_english_is_perfect(study):
    every = found(study, bench())
    for place in ("start", "content", "end", "padding"):
        assert every["alignment", "korean", place].estimate == 1
        assert every["alignment", "english", place].estimate == 1
    first = every["recall_at_1", "korean", ""]
    assert (first.estimate, first.floor, first.n_pairs) == (1, 1 / 60, 60)
    assert first.ci_low > 0.93
    assert every["reciprocal_rank", "korean", ""].estimate == 1


@pytest.mark.parametrize("place", ["content", "end", "padding"])
def test_a_planted_turn_is_found_where_it_is_and_nowhere_else(study, place):
    every = found(study, bench(Tower({("ko", place): 0.7})))
    for other in ("content", "end", "padding"):
        expected = 0.7 if other == place else 1.0
        assert every["alignment", "korean", other].estimate == pytest.approx(expected, abs=1e-5)
        assert every["alignment", "english", other].estimate == pytest.approx(1, abs=1e-5)
    lost = every["alignment", "korean - english", place]
    assert lost.estimate == pytest.approx(-0.3, abs=1e-5)


def test_what_tells_nothing_lies_at_its_floor(study):
    """Another meaning's states: as much in common with the right English as with any other."""
    every = found(study, bench())
    for place in ("content", "end", "padding"):
        deaf = every["alignment_gain", "foreign", place]
        assert deaf.ci_low < 0 < deaf.ci_high
        assert every["alignment_gain", "korean", place].ci_low > 0.9
        assert abs(every["alignment", "korean", place].floor) < 0.05
    assert ("alignment_gain", "korean", "start") not in every


def test_a_search_without_knowledge_is_no_better_than_chance(study):
    every = found(study, bench())
    deaf = every["reciprocal_rank", "foreign", ""]
    assert deaf.ci_low < deaf.floor < deaf.ci_high
    first = every["recall_at_1", "foreign", ""]
    assert first.ci_low < first.floor < first.ci_high


def test_states_that_are_all_alike_find_nothing(study):
    """As near to the right text as to any other: a tie is no find."""
    one = np.tile(direction("one"), (10, 1)).astype(np.float32)

    class Dull(Tower):
        def _encoding(self, text):
            return replace(super()._encoding(text), states=one)

    every = found(study, bench(Dull(), Dull()))
    assert every["recall_at_1", "korean", ""].estimate == 0
    assert every["reciprocal_rank", "korean", ""].estimate == pytest.approx(1 / 60)


def test_pairs_that_share_an_english_text_share_the_right_answer(study):
    twice = (*PAIRS[:9], replace(PAIRS[0], pair_id="again"))
    every = found(study, bench(pairs=twice))
    first = every["recall_at_1", "korean", ""]
    assert (first.estimate, first.floor, first.n_pairs) == (1, 1 / 9, 10)


def test_tokens_are_counted_before_anything_is_cut_off(study):
    every = found(study, bench(Tower(words={"ko": 20, "en": 4})))
    assert every["tokens", "korean", ""].estimate == 22
    assert every["tokens", "original", "a"].estimate == 6
    assert every["truncated", "korean", ""].estimate == 1
    assert every["truncated", "english", "b"].estimate == 0
    padding = every["alignment", "korean", "padding"]
    assert (padding.estimate, padding.n_abstained) == (None, 60)
    assert padding.note == "no prompt has such a place"


def test_a_model_without_a_counterpart_still_has_tokens(study):
    every = found(study, bench(arms=ARMS[:2]))
    assert every["tokens", "korean", ""].estimate == 5
    assert "recall_at_1" not in {metric for metric, _, _ in every}
    assert "no counterpart" in every["alignment", "korean", ""].note


def test_a_model_without_a_tower_is_refused(study):
    with pytest.raises(StudyError, match="model 'kin' has no text encoder to ask; choose one"):
        study(replace(bench(), models={"kin": object(), "kin_en": Tower()}))


def test_what_a_tower_refuses_is_said_with_its_name(study):
    class Shy(Tower):
        def encodings(self, texts):
            raise ValueError("it has 2 of them")

    with pytest.raises(StudyError, match="model 'kin': it has 2 of them"):
        study(bench(Shy()))


def test_towers_of_unlike_width_are_refused(study):
    with pytest.raises(StudyError, match="states of 32 and 64 numbers"):
        study(bench(Tower(width=32)))


LOSING = Tower(by_meaning={place: 0.99 - 0.012 * place for place in range(60)})
"""The end is the worse aligned the later the meaning."""


@pytest.fixture
def ran(tmp_path):
    """Write a finished run in which each meaning's pictures lose what is said."""

    def write(
        losses, run_id="abc", finished="2026-01-01", kin=LOSING, ko=None, noise=0.0, missing=""
    ):
        rng = np.random.default_rng(0)
        images, measured = [], []
        for role, model in (("korean", "kin"), ("original", "kin_en")):
            for place, pair in enumerate(PAIRS):
                for replicate in range(2):
                    image_id = f"{role}-{pair.pair_id}-{replicate}"
                    row = dict.fromkeys(columns(ImageRecord), "")
                    row |= {"image_id": image_id, "pair_id": pair.pair_id, "role": role}
                    row |= {"replicate": replicate, "seed": 0, "flagged": None, "model": model}
                    row |= {"tokens": None, "truncated": None}
                    images.append(row)
                    value = 0.3 - (losses[place] if role == "korean" else 0)
                    said = dict.fromkeys(columns(Measurement)) | {"name": "similarity"}
                    said |= {"value": value + noise * rng.normal(), "status": "ok", "reason": ""}
                    if missing:
                        said |= {"value": None, "status": "missing", "reason": missing}
                    measured.append({"image_id": image_id, "judge": "similarity", **said})
        home = RunStore(tmp_path / "language" / run_id)
        texts = [(pair.pair_id, (ko or {}).get(pair.pair_id, pair.ko), pair.en) for pair in PAIRS]
        home.write_table("prompts", pd.DataFrame(texts, columns=["pair_id", "ko", "en"]), {})
        home.write_table("images", pd.DataFrame(images), types_of(ImageRecord))
        home.write_table("measurements", pd.DataFrame(measured), types_of(Measurement))
        home.finish(
            {
                **{"name": "language", "run_id": run_id, "finished": finished, "command": "again"},
                "arms": {"korean": "kin/ko", "original": "kin_en/en"},
                "identities": {"models": {"kin": kin.identity(), "kin_en": Tower().identity()}},
            }
        )
        return home.folder

    return write


def test_what_pictures_lose_is_foretold_by_what_it_comes_from(study, ran):
    ran([0.002 * place for place in range(60)])
    every = found(study, bench(LOSING))
    loss = every["image_gap", "original - korean", ""]
    assert loss.estimate == pytest.approx(0.002 * 29.5)
    assert "language/abc" in loss.note
    for metric in ("rank_correlation", "rank_correlation_within"):
        end = every[metric, "original - korean", "end"]
        assert end.estimate == -1
        assert end.p_value == pytest.approx(1 / 501)
        assert end.note.startswith("no interval: ")
    tokens = every["rank_correlation", "original - korean", "tokens"]
    assert tokens.estimate is None
    assert tokens.note.startswith("no correlation: all prompts show the same value")


def test_luck_in_pictures_is_told_and_leaves_an_interval(study, ran):
    ran([0.002 * place for place in range(60)], noise=0.03)
    every = found(study, bench(LOSING))
    end = every["rank_correlation", "original - korean", "end"]
    assert -0.95 < end.ci_low < end.estimate < end.ci_high < -0.3
    assert end.q_value < 0.05
    assert end.n_pairs == 60
    # The losses' variance, and that of two noises' difference, halved by two replicates.
    between, within = np.var([0.002 * place for place in range(60)], ddof=1), 0.03**2
    [most] = re.findall(r"by about (\S+)$", every["image_gap", "original - korean", ""].note)
    assert float(most) == pytest.approx(np.sqrt(between / (between + within)), abs=0.08)


def test_what_has_nothing_to_do_with_the_text_is_not_foretold(study, ran):
    ran(np.random.default_rng(2).normal(0.05, 0.02, 60))
    end = found(study, bench(LOSING))["rank_correlation", "original - korean", "end"]
    assert end.ci_low < 0 < end.ci_high
    assert end.p_value > 0.05


def test_what_kinds_have_in_common_is_forgiven_within_them(study, ran):
    """One kind is worse aligned and loses more; within it the two have nothing in common."""
    rng = np.random.default_rng(4)
    worse = np.arange(60) % 2
    kin = Tower(by_meaning=dict(enumerate(0.9 - 0.4 * worse + rng.normal(0, 0.02, 60))))
    ran(0.1 * worse + rng.normal(0, 0.01, 60), kin=kin)
    every = found(study, bench(kin))
    assert every["rank_correlation", "original - korean", "end"].ci_high < -0.5
    within = every["rank_correlation_within", "original - korean", "end"]
    assert within.ci_low < 0 < within.ci_high


def test_without_a_run_everything_else_is_there_and_a_sentence_says_how_to_make_one(study):
    done = study(bench())
    how = "make one with: python -m ksd_eval experiment=language model=kin"
    assert done.sentences[-1].endswith(how)
    loss = done.estimates[-1]
    assert (loss.metric, loss.estimate, loss.note) == ("image_gap", None, done.sentences[-1])
    assert "recall_at_1" in {one.metric for one in done.estimates}
    assert study.identity() == {"study": "text_encoder", "pilots": []}


def test_the_newest_run_that_fits_is_read_and_is_part_of_the_identity(study, ran):
    ran([0.1] * 60, "old", "2026-01-01")
    before = study.identity()
    ran([0.2] * 60, "new", "2026-01-02")
    ran([0.3] * 60, "other", "2026-01-03", kin=Tower(width=63))
    study = replace(study)  # another command: one study looks for runs once
    assert study.identity() != before
    loss = found(study, bench(LOSING))["image_gap", "original - korean", ""]
    assert loss.estimate == pytest.approx(0.2)
    assert "language/new" in loss.note


def test_a_run_of_other_weights_is_not_read(study, ran):
    ran([0.1] * 60, kin=Tower(width=63))
    said = study(bench(LOSING)).sentences[-1]
    assert "language/abc does not fit: its model 'kin' had other weights or settings" in said


def test_a_run_whose_judge_could_not_look_leaves_the_loss_unknown_and_says_why(study, ran):
    folder = ran([0.1] * 60, missing="its weights are not there; fetch them")
    done = study(bench(LOSING))
    why = (
        "language/abc does not fit: it knows 'similarity' of no picture: its weights are not there"
    )
    assert why in done.sentences[-1]
    assert done.estimates[-1].estimate is None
    assert "recall_at_1" in {one.metric for one in done.estimates}
    with pytest.raises(StudyError, match="knows 'similarity' of no picture"):
        replace(study, pilot=str(folder))(bench(LOSING))


def test_a_run_that_is_named_and_does_not_fit_is_refused(study, ran):
    folder = ran([0.1] * 60, kin=Tower(width=63))
    with pytest.raises(StudyError, match="language/abc does not fit: its model 'kin'"):
        replace(study, pilot=str(folder))(bench(LOSING))


def test_a_prompt_that_was_worded_otherwise_is_not_compared(study, ran):
    ran([0.1] * 59 + [0.7], ko={"p059": "다른 뜻 59"})
    loss = found(study, bench(LOSING))["image_gap", "original - korean", ""]
    assert (loss.estimate, loss.n_pairs, loss.n_images) == (pytest.approx(0.1), 59, 236)


def test_a_run_of_none_of_these_prompts_is_passed_over(study, ran):
    named = ran([0.1] * 60, ko={pair.pair_id: "다른 뜻" for pair in PAIRS})
    assert "of none of these prompts in both arms" in study(bench(LOSING)).sentences[-1]
    with pytest.raises(StudyError, match="of none of these prompts in both arms"):
        replace(study, pilot=str(named))(bench(LOSING))
    ran([0.2] * 60, "old", "2020-01-01")
    loss = found(replace(study), bench(LOSING))["image_gap", "original - korean", ""]
    assert loss.estimate == pytest.approx(0.2)


def test_a_run_that_was_changed_is_not_read(study, ran):
    folder = ran([0.1] * 60)
    (folder / "measurements.parquet").write_bytes(b"")
    assert "was changed after the pilot finished" in study(bench(LOSING)).sentences[-1]
    with pytest.raises(StudyError, match="was changed after the pilot finished"):
        replace(study, pilot=str(folder))(bench(LOSING))


def test_too_few_permutations_are_refused():
    with pytest.raises(ValueError, match="resamples is 10; give at least 100"):
        TextEncoderStudy("kin", resamples=10)
