import hashlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ksd_eval.labels import csv_file
from ksd_eval.labels.base import LabelError, LabelSource
from ksd_eval.labels.csv_file import HumanLabels, written
from ksd_eval.records import Label

TEXT = (
    "image_id,measurement,label,labeller,kind\n"
    "0a,gender,woman,김,simulated\n"
    "0b,gender,,김,simulated\n"
    '0a,gender,man,"Doe, J. ""Jo""",simulated\n'
)
LABELS = [
    Label("0a", "gender", "woman", "김", "simulated"),
    Label("0b", "gender", None, "김", "simulated"),
    Label("0a", "gender", "man", 'Doe, J. "Jo"', "simulated"),
]


@pytest.fixture
def write(tmp_path):
    def put(content, encoding="utf-8"):
        path = tmp_path / "mine.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return str(path)

    return put


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_labels_come_in_the_order_of_the_file(write, encoding, ending):
    assert HumanLabels(write(TEXT.replace("\n", ending), encoding))() == LABELS


def test_what_is_written_is_read_again(write):
    assert HumanLabels(write(written(LABELS)))() == LABELS
    assert written(LABELS) == TEXT


texts = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=9)
ids = st.text("0123456789abcdef", min_size=1, max_size=16)
several = st.lists(
    st.builds(
        Label,
        image_id=ids,
        measurement=texts,
        label=texts | st.none(),
        labeller=st.text("김철수 ,\"'\nJo", min_size=1).map(str.strip).filter(bool),
        kind=st.sampled_from(["simulated", "human"]),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda label: (label.image_id, label.measurement, label.labeller),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(several)
def test_any_labels_survive_the_file(write, labels):
    assert HumanLabels(write(written(labels)))() == labels


def test_columns_may_stand_in_another_order_and_blanks_do_not_count(write):
    text = "kind,label,labeller,measurement,image_id\n\n simulated , woman,김,gender,0a\n,,,,\n"
    assert HumanLabels(write(text))() == LABELS[:1]


def test_a_name_is_one_however_its_hangul_is_spelt(write):
    again = TEXT + "0a,gender,man,\u1100\u1175\u11b7,simulated\n"
    with pytest.raises(
        LabelError, match="line 5: '김' labelled 'gender' of picture '0a' in line 2"
    ):
        HumanLabels(write(again))()


def test_one_labeller_may_answer_about_several_things(write):
    assert len(HumanLabels(write(TEXT + "0a,age,young,김,simulated\n"))()) == 4


def test_the_identity_is_the_content(write):
    path = write(TEXT)
    identity = HumanLabels(path).identity()
    assert identity == {"labels": "csv", "sha256": hashlib.sha256(TEXT.encode()).hexdigest()}
    write(TEXT + "0c,gender,man,김,simulated\n")
    assert HumanLabels(path).identity() != identity


@pytest.mark.parametrize("ask", [HumanLabels.identity, HumanLabels.__call__])
def test_a_file_that_is_not_there_is_told_with_the_cure(ask, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no file of labels .*none\.csv.* ksd_eval label"):
        ask(HumanLabels(str(tmp_path / "none.csv")))


HEAD = "image_id,measurement,label,labeller,kind\n"
WRONG = {
    "empty": ("", r"mine\.csv is empty; its first line must be image_id,measurement,label"),
    "no labels": (HEAD, r"mine\.csv names its columns but holds no labels"),
    "no kind": (
        "image_id,measurement,label,labeller\n0a,gender,man,x\n",
        r"line 1: the columns are 'image_id', .*'labeller'; they must be .*kind, each once",
    ),
    "one more column": (TEXT.replace("kind", "kind,age", 1), "line 1: the columns are .*'age'"),
    "semicolons": (TEXT.replace(",", ";"), "line 1: .* with commas between them"),
    "a cell too few": (HEAD + "0a,gender,man,x\n", "line 2: 4 cells where there are 5 columns"),
    "no picture": (HEAD + ",gender,man,x,human\n", "line 2: image_id is empty; fill it in"),
    "no measurement": (HEAD + "0a,,man,x,human\n", "line 2: measurement is empty"),
    "no labeller": (HEAD + "0a,gender,man, ,human\n", "line 2: labeller is empty"),
    "a number": (
        HEAD + "1.23457E+15,gender,man,x,human\n",
        r"line 2: image_id '1.23457E\+15' names no picture, a spreadsheet may have",
    ),
    "unknown kind": (
        HEAD + "0a,gender,man,x,Human\n",
        "line 2: kind 'Human' is unknown; write human or simulated",
    ),
    "twice": (
        TEXT + "\n0b,gender,man,김,simulated\n",
        "line 6: '김' labelled 'gender' of picture '0b' in line 3 already; keep one",
    ),
    "an open quote": (HEAD + '0a,gender,"man,x,human\n', "line 2: not CSV .* put a text"),
    "CP949": (TEXT.encode("cp949"), "line 2: byte 0xb1 is not UTF-8; .*'CSV UTF-8'"),
    "UTF-16": (TEXT.encode("utf-16"), "line 1: byte 0xff is not UTF-8"),
}


@pytest.mark.parametrize(("content", "sentence"), WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("ask", [HumanLabels.identity, HumanLabels.__call__])
def test_a_mistake_is_named_with_its_line_and_its_cure(write, content, sentence, ask):
    with pytest.raises(LabelError, match=sentence) as caught:
        ask(HumanLabels(write(content)))
    assert "\n" not in str(caught.value)


def test_a_label_that_is_not_allowed_is_refused(write):
    assert HumanLabels(write(TEXT), {"gender": ["man", "woman"], "age": ["old"]})() == LABELS
    with pytest.raises(
        LabelError,
        match="line 4: label 'man' is none of 'gender'; write woman, person, or leave it empty",
    ):
        HumanLabels(write(TEXT), {"gender": ["woman", "person"]})()


def test_a_file_that_is_far_too_large_is_not_read(write, monkeypatch):
    monkeypatch.setattr(csv_file, "MOST", 50)
    with pytest.raises(LabelError, match=r"mine\.csv has 1\d\d bytes, too many .* at most 50"):
        HumanLabels(write(TEXT))()


@pytest.mark.parametrize("path", [".", "mine.csv/labels.csv", "a\0b"])
def test_what_is_no_file_is_refused(write, tmp_path, monkeypatch, path):
    write(TEXT)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LabelError, match="cannot be read as a file of labels"):
        HumanLabels(path)()


def test_it_keeps_the_protocol():
    assert isinstance(HumanLabels("labels.csv"), LabelSource)
