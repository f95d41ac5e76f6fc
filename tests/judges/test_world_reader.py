import shutil
import subprocess
import sys

import numpy as np
import pytest

from ksd_eval.judges import weights
from ksd_eval.judges.base import ErrorRates, Judge
from ksd_eval.judges.weights import WeightsMissingError
from ksd_eval.judges.world_reader import COUNTED_AT, FILES, NUMBERS, WorldReader
from ksd_eval.world import balanced, confusion
from ksd_eval.world.attributes import truth
from ksd_eval.world.painter import paint
from ksd_eval.world.scenes import Person, Scene, Solid

DOCTOR = Scene("person", (Person("woman", "5", "young", "work", "doctor"),))
CUBE = Scene("solids", solids=(Solid("cube", "red"),))


def _named(measurements):
    return {one.name: one for one in measurements}


@pytest.fixture(scope="module")
def seen():
    doctor, cube = WorldReader()([paint(DOCTOR), paint(CUBE)], ["a doctor", "a doctor"])
    return _named(doctor), _named(cube)


def test_a_person_is_described(seen):
    doctor, _ = seen
    names = ("kind", "occupation", "gender", "skin", "age", "dress", "risk")
    labels = {name: doctor[name].label for name in names}
    assert labels == {
        "kind": "person",
        "occupation": "doctor",
        "gender": "woman",
        "skin": "5",
        "age": "young",
        "dress": "work",
        "risk": "none",
    }
    assert doctor["figures"].value == 1
    assert 0.6 <= doctor["gender"].confidence <= 1


def test_what_does_not_apply_is_abstained_from_with_a_reason(seen):
    doctor, cube = seen
    assert doctor["colour"].status == "abstained"
    assert doctor["colour"].reason == "no solids in the picture"
    assert cube["gender"].reason == "no person in the picture"
    assert (cube["figures"].value, cube["count"].value) == (0, 1)
    assert (cube["shape"].label, cube["colour"].label) == ("cube", "red")
    assert cube["relation"].reason == "not two solids in the picture"


def test_the_text_changes_nothing():
    read = WorldReader()
    assert read([paint(CUBE)], ["a red cube"]) == read([paint(CUBE)], ["a nurse"])


def test_a_higher_threshold_answers_less():
    noise = np.random.default_rng(0).normal(0, 60, (64, 64, 3))
    picture = np.clip(np.asarray(paint(DOCTOR)) * 0.5 + noise + 60, 0, 255).astype(np.uint8)
    from PIL import Image

    answered = [
        sum(one.status == "ok" for one in WorldReader(threshold=threshold)([image], [""])[0])
        for threshold in (0.0, 0.9999)
        for image in [Image.fromarray(picture)]
    ]
    assert answered[0] > answered[1]


def test_identity_holds_the_weights_and_the_threshold():
    first, other = WorldReader().identity(), WorldReader(threshold=0.7).identity()
    assert first != other
    assert len(first["weights"]["reader.safetensors"]) == 64


def test_missing_weights_have_no_hash_and_are_named(tmp_path):
    read = WorldReader(weights=str(tmp_path))
    assert set(read.identity()["weights"].values()) == {None}
    with pytest.raises(WeightsMissingError, match=r"reader\.safetensors is not there"):
        read([paint(CUBE)], [""])


def test_a_threshold_beyond_one_is_refused():
    with pytest.raises(ValueError, match="threshold is 1"):
        WorldReader(threshold=1.0)


def test_building_and_naming_it_does_not_load_torch():
    code = (
        "import sys; from ksd_eval.judges.world_reader import WorldReader as W; W().identity();"
        "from ksd_eval.judges.clip_similarity import Similarity as S; S().identity();"
        "from ksd_eval.judges.clip_features import ClipFeatures as C; C().identity();"
        "from ksd_eval.judges.inception import Inception as I; I().identity();"
        "from ksd_eval.judges.clip_labels import ClipLabels as L;"
        "L({'a': {'b': 'c', 'd': 'e'}}).identity();"
        "from ksd_eval.judges.native_similarity import NativeSimilarity as N; N('x').identity();"
        "from ksd_eval.judges.kin_similarity import KinSimilarity as K; K('x').identity();"
        "W().confusions();"
        "from ksd_eval.world.reference import PaintedReference as P; P().identity();"
        "sys.exit('torch' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_it_is_a_judge_that_knows_how_it_errs():
    assert isinstance(WorldReader(), Judge)
    assert isinstance(WorldReader(), ErrorRates)
    assert WorldReader().confusions() == confusion.shipped() != ()


def test_the_errors_of_another_threshold_or_of_other_weights_are_not_its_own(tmp_path):
    assert WorldReader(threshold=0.7).confusions() == ()
    assert WorldReader(weights=str(tmp_path)).confusions() == ()
    for name in FILES:
        shutil.copy(weights.located("package:reader") / name, tmp_path)
    assert WorldReader(weights=str(tmp_path)).confusions() == confusion.shipped()
    (tmp_path / "reader.json").write_text("{}")
    assert WorldReader(weights=str(tmp_path)).confusions() == ()


def test_fresh_paintings_are_read_as_the_table_says():
    """The count of wrong and of missing answers lies within four standard errors of the table's."""
    scenes = list(balanced.scenes(np.random.default_rng(77), 400))
    known = [truth(scene) for scene in scenes]
    for threshold, like in ((COUNTED_AT, True), (0.999, False)):
        reads = WorldReader(threshold=threshold)([paint(scene) for scene in scenes], [""] * 400)
        said = [{one.name: one.label for one in row if one.name not in NUMBERS} for row in reads]
        asked = [
            {name: label for name, label in one.items() if name in mine}
            for one, mine in zip(known, said, strict=True)
        ]
        mine, table = (
            _share_right([row for row in rows if row.measurement not in NUMBERS])
            for rows in (confusion.counted("clean", asked, said), confusion.shipped())
        )
        total = sum(map(len, asked))
        error = (table * (1 - table) / total) ** 0.5
        assert (abs(mine - table) < 4 * error) is like


def _share_right(rows):
    clean = [row for row in rows if row.condition == "clean"]
    right = sum(row.count for row in clean if row.truth == row.read)
    return right / sum(row.count for row in clean)


def test_the_table_was_counted_at_the_threshold_that_the_reader_has_by_itself():
    from ksd_eval.world.reader import THRESHOLD

    assert COUNTED_AT == THRESHOLD == WorldReader().threshold
