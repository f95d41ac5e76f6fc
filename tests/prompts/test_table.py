import json
import logging
import unicodedata

import pyarrow
import pytest
from huggingface_hub import constants
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from ksd_eval.prompts.base import PromptError
from ksd_eval.prompts.table import TablePrompts
from ksd_eval.records import PromptPair

TEXT = (
    "pair_id,ko,en,kind,wording\n"
    "doctor,의사 사진,a photo of a doctor,occupation,photo\n"
    'house,"집, 그림","a house, ""painted""",place,\n'
    "nurse,간호사,a nurse,occupation,bare\n"
)
PAIRS = [
    PromptPair(
        "doctor", "의사 사진", "a photo of a doctor", {"kind": "occupation", "wording": "photo"}
    ),
    PromptPair("house", "집, 그림", 'a house, "painted"', {"kind": "place"}),
    PromptPair("nurse", "간호사", "a nurse", {"kind": "occupation", "wording": "bare"}),
]


@pytest.fixture
def write(tmp_path):
    def written(content, encoding="utf-8"):
        path = tmp_path / "mine.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return str(path)

    return written


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_pairs_come_in_the_order_of_their_lines(write, encoding, ending, caplog):
    assert TablePrompts(path=write(TEXT.replace("\n", ending), encoding))() == PAIRS
    assert caplog.text == ""


@pytest.mark.parametrize("encoding", ["cp949", "euc-kr"])
def test_a_file_of_a_korean_spreadsheet_is_read_and_said_so(write, encoding, caplog):
    with caplog.at_level(logging.WARNING):
        assert TablePrompts(path=write(TEXT, encoding))() == PAIRS
    assert "mine.csv is CP949, not UTF-8, and was read as such; save it as UTF-8" in caplog.text


def test_hangul_in_pieces_is_put_together(write):
    pieces = unicodedata.normalize("NFD", TEXT)
    assert pieces != TEXT
    assert TablePrompts(path=write(pieces))() == PAIRS


def test_blank_lines_and_blanks_around_a_text_do_not_count(write):
    spaced = TEXT.replace("의사 사진", " 의사 사진\t").replace("nurse,간", "\n,,,,\nnurse,간")
    assert TablePrompts(path=write(spaced))() == PAIRS


@pytest.mark.parametrize(
    ("keep", "limit", "places"),
    [
        ({}, 2, [0, 1]),
        ({}, 99, [0, 1, 2]),
        ({"kind": "occupation"}, None, [0, 2]),
        ({"kind": ["occupation", "place"]}, None, [0, 1, 2]),
        ({"kind": "occupation", "wording": ["bare"]}, None, [2]),
        ({"wording": ("photo", "bare")}, 1, [0]),
    ],
)
def test_some_of_the_pairs_can_be_kept(write, keep, limit, places):
    assert TablePrompts(path=write(TEXT), keep=keep, limit=limit)() == [
        PAIRS[place] for place in places
    ]


WRONG = {
    "no Korean column": (
        TEXT.replace(",ko,", ",korean,"),
        r"mine\.csv, line 1: no column 'ko'; it has 'pair_id', 'korean', .* must have ko, en; name",
    ),
    "two columns missing": ("en,kind\na,b\n", "no column 'ko'; it has 'en', 'kind'"),
    "semicolons": (
        TEXT.replace(",", ";"),
        "no column 'ko' and no column 'en'.*; separate the columns by commas",
    ),
    "a column twice": (TEXT.replace("wording", "kind"), "line 1: the column 'kind' stands twice"),
    "a nameless column": (TEXT.replace("wording", ""), "line 1: a column has no name"),
    "empty Korean": (TEXT.replace("간호사", " "), "line 4: 'ko' is empty; fill it in or remove"),
    "empty English": (TEXT.replace("a nurse", ""), "line 4: 'en' is empty"),
    "empty id": (TEXT.replace("nurse,간호사", ",간호사"), "line 4: 'pair_id' is empty"),
    "an unsafe id": (
        TEXT.replace("nurse,간", "../nurse,간"),
        r"line 4: pair_id '\.\./nurse' cannot",
    ),
    "an id twice": (
        TEXT.replace("nurse,간", "doctor,간"),
        "line 4: pair_id 'doctor' stands in line 2 already; every pair must be there once",
    ),
    "a pair twice": (
        TEXT.replace("nurse,간호사,a nurse", "medic,의사 사진,a photo of a doctor"),
        "line 4: the pair '의사 사진' and 'a photo of a doctor' stands in line 2 already",
    ),
    "a comma too many": (
        TEXT.replace("a nurse", "a nurse, smiling"),
        "line 4: 6 cells where line 1 names 5 columns; put a text that holds a comma in double",
    ),
    "a cell too few": (TEXT.replace("place,", "place"), "line 3: 4 cells where line 1 names 5"),
    "a quote left open": (TEXT.replace("a nurse", '"a nurse'), "not CSV .*; put texts that hold"),
    "nothing": ("", "mine.csv is empty; the first line must name the columns"),
    "only a header": (TEXT.partition("\n")[0], "names its columns but holds no pairs"),
    "UTF-16": (TEXT.encode("utf-16"), "the file is UTF-16; save it as UTF-8"),
    "Latin-1": (
        TEXT.replace("의사 사진", "caf\xe9 ").encode("latin-1", "replace"),
        "line 2: byte 0xe9 is neither UTF-8 nor CP949; save the file as UTF-8",
    ),
    "Japanese": ("pair_id,ko,en\na,写真です,b\n".encode("shift-jis"), "neither UTF-8 nor CP949"),
}


@pytest.mark.parametrize(("content", "sentence"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_named_with_its_line_and_the_cure(write, content, sentence):
    with pytest.raises(PromptError, match=sentence) as raised:
        TablePrompts(path=write(content))()
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("keep", "sentence"),
    [
        ({"job": "x"}, "keep names the attribute 'job'; the prompts have: kind, wording"),
        ({"kind": "places"}, "keep asks for kind 'places'; .* have: occupation, place"),
        ({"kind": ["place", "x", "y"]}, "keep asks for kind 'x', 'y';"),
        ({"kind": []}, "keep asks for kind of no value"),
        ({"kind": "place", "wording": "photo"}, "asks for wording 'photo'; .* have: none"),
    ],
    ids=str,
)
def test_keeping_what_is_not_there_is_refused(write, keep, sentence):
    with pytest.raises(PromptError, match=sentence):
        TablePrompts(path=write(TEXT), keep=keep)()


def test_a_limit_must_leave_something():
    with pytest.raises(PromptError, match="limit is 0; give 1 or more"):
        TablePrompts(path="mine.csv", limit=0)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("no_such.csv", "No such file"),
        ("package:no_such.csv", "No such file"),
        ("nul\0.csv", "embedded null byte"),
    ],
)
def test_what_is_no_file_is_refused(path, reason):
    with pytest.raises(PromptError, match=f"cannot be read as a file of prompts: .*{reason}"):
        TablePrompts(path=path)()


cells = st.text(alphabet='의사 가나집abAB,"\n\r\t\0;\ufeff\u200b', max_size=6)
tables = st.lists(st.lists(cells, max_size=5).map(",".join), max_size=5).map("\n".join)
headed = tables.map("pair_id,ko,en,kind\n".__add__)


@settings(
    deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.binary(max_size=80)
    | tables.map(str.encode)
    | headed.map(str.encode)
    | st.tuples(headed, st.sampled_from(["cp949", "utf-16", "latin-1"])).map(
        lambda both: both[0].encode(both[1], "replace")
    )
)
def test_any_file_gives_pairs_or_one_clear_sentence(write, content):
    try:
        pairs = TablePrompts(path=write(content))()
    except PromptError as error:
        sentence = str(error)
        assert "\n" not in sentence
    else:
        assert pairs
        assert all(pair.ko and pair.en for pair in pairs)
        assert len({pair.pair_id for pair in pairs}) == len(pairs)


@given(headed.map(lambda text: text + "\na,의사,a doctor,x"))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_encoding_changes_no_pair(write, text):
    def outcome(content):
        try:
            return TablePrompts(path=write(content))()
        except PromptError as error:
            return str(error)

    readable = text.replace("\ufeff", "").replace("\u200b", "")
    assert outcome(readable.encode()) == outcome(readable.encode("cp949"))


def test_columns_can_have_other_names_and_pairs_without_a_name_get_one(write):
    path = write("korean,english,kind\n의사 사진,a photo of a doctor,occupation\n간호사,a nurse,\n")
    columns = {"ko": "korean", "en": "english"}
    first, second = TablePrompts(path=path, columns=columns)()
    assert (first.ko, first.en, first.attributes) == (
        "의사 사진",
        "a photo of a doctor",
        {"kind": "occupation"},
    )
    turned = write("english,korean\na nurse,간호사\na photo of a doctor,의사 사진\n")
    assert [pair.pair_id for pair in TablePrompts(path=turned, columns=columns)()] == [
        second.pair_id,
        first.pair_id,
    ]


def test_a_column_of_another_name_is_refused():
    with pytest.raises(PromptError, match="columns names korean; it says what"):
        TablePrompts(path="mine.csv", columns={"korean": "ko"})


ROWS = [
    {"pair_id": "a", "ko": "의사 사진", "en": "a photo of a doctor", "level": 1},
    {"pair_id": "b", "ko": "집", "en": "a house", "level": None},
]


def written(path, kind):
    if kind == "jsonl":
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS), "utf-8")
    elif kind == "json":
        path.write_text(json.dumps(ROWS), "utf-8")
    elif kind == "parquet":
        parquet.write_table(pyarrow.Table.from_pylist(ROWS), path)
    else:
        lines = ["\t".join(ROWS[0]), *("\t".join(map(str, row.values())) for row in ROWS)]
        path.write_text("\n".join(lines).replace("None", ""), "utf-8")
    return str(path)


@pytest.mark.parametrize("kind", ["jsonl", "json", "parquet", "tsv"])
def test_other_files_say_the_same(tmp_path, kind):
    pairs = TablePrompts(path=written(tmp_path / f"mine.{kind}", kind))()
    assert pairs == [
        PromptPair("a", "의사 사진", "a photo of a doctor", {"level": "1"}),
        PromptPair("b", "집", "a house"),
    ]


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "json", "parquet"])
@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=60) | st.text('[]{}":,ko en가1', max_size=30).map(str.encode))
def test_no_bytes_under_any_ending_give_anything_but_a_sentence(tmp_path, suffix, content):
    path = tmp_path / f"mine.{suffix}"
    path.write_bytes(content)
    with pytest.raises(PromptError) as raised:
        TablePrompts(path=str(path))()
    assert "\n" not in str(raised.value)


def test_an_unknown_ending_and_an_address_without_a_file_are_refused():
    with pytest.raises(PromptError, match=r"ends in '\.xlsx'; prompts are read from \.csv"):
        TablePrompts(path="mine.xlsx")()
    with pytest.raises(PromptError, match="names no file; write hf://datasets/OWNER/NAME/FILE"):
        TablePrompts(path="hf://datasets/mine.csv")()


def test_a_file_of_the_hub_is_read_from_what_was_downloaded(tmp_path, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    folder = tmp_path / "datasets--owner--name"
    snapshot = folder / "snapshots" / ("0" * 40)
    snapshot.mkdir(parents=True)
    (folder / "refs").mkdir()
    (folder / "refs" / "main").write_text("0" * 40)
    (snapshot / "mine.csv").write_text("ko,en\n집,a house\n", "utf-8")
    (pair,) = TablePrompts(path="hf://datasets/owner/name/mine.csv")()
    assert pair.en == "a house"
    with pytest.raises(PromptError, match=r"other\.csv cannot be had .*; connect to the network"):
        TablePrompts(path="hf://datasets/owner/name/other.csv")()


def test_texts_as_they_stand_are_kept_for_an_audit(write):
    prompts = TablePrompts(path=write("pair_id,ko,en\na, 집 ,a house\n"))
    assert [pair.ko for _, pair in prompts.raw().pairs] == [" 집 "]
    assert [pair.ko for pair in prompts()] == ["집"]
