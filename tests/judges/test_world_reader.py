import subprocess
import sys

import numpy as np
import pytest

from ksd_eval.judges.base import Judge
from ksd_eval.judges.weights import WeightsMissingError
from ksd_eval.judges.world_reader import WorldReader
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
        "from ksd_eval.world.reference import PaintedReference as P; P().identity();"
        "sys.exit('torch' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_it_is_a_judge():
    assert isinstance(WorldReader(), Judge)
