import csv

import pytest

from ksd_eval.__main__ import main


@pytest.fixture
def mine(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.csv").write_text(
        "korean,en\n고양이 두마리 사진,a photo of three cats\n집 사진,a photo of a house\n", "utf-8"
    )
    return tmp_path


def test_a_file_of_ones_own_is_audited(mine, capsys):
    assert main(["audit", "prompts=./mine.csv", "prompts.columns.ko=korean"]) == 0
    assert "1 of 2 pairs to look at, 0 signed" in capsys.readouterr().out
    folder = mine / "results" / "audit" / "mine"
    rows = list(csv.DictReader((folder / "audit.csv").read_text("utf-8").splitlines()))
    assert {row["rule"] for row in rows if row["severity"] in ("fault", "doubt")} == {
        "spacing.together",
        "agreement.numbers",
    }
    assert "고양이 두마리 사진" in (folder / "audit.html").read_text("utf-8")


def test_a_named_set_is_audited_in_korean(mine, capsys):
    words = ["prompts=worlds_people_and_places", "prompts.limit=3", "out=here", "language=ko"]
    assert main(["audit", *words]) == 0
    assert "프롬프트 점검" in (mine / "here" / "audit.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "name one set, prompts=NAME or prompts=FILE; there are: "),
        (["prompts=tables"], "unknown prompts 'tables', did you mean 'table'?"),
        (["prompts=no.csv"], "'no.csv' cannot be read as a file of prompts: No such file"),
        (["prompts=table"], "prompts.path is not set, and has no default; give prompts.path=VALUE"),
        (["prompts=mine.csv"], "no column 'ko'"),
        (["prompts=mine.csv", "model=x"], "unknown option 'model'"),
        (["prompts=mine.csv", "language=fr"], "unknown language 'fr'"),
        (["prompts=mine.csv", "prompts.row.ko=x"], "row"),
        (["mine.csv"], "'mine.csv' has no value"),
    ],
)
def test_a_mistake_is_one_sentence(mine, capsys, words, sentence):
    assert main(["audit", *words]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
