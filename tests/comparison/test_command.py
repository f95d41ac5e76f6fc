import pandas as pd
import pytest

from ksd_eval.__main__ import main

MANY, FEW = [1.0] * 12, [0.0] * 12


@pytest.fixture
def given(made, tmp_path):
    """Compare two runs by the command line, and return the exit code and the folder."""

    def run(first=FEW, second=MANY, *words, **second_options):
        folders = [str(made("a", first)), str(made("b", second, **second_options))]
        return main(["compare", *folders, f"to={tmp_path / 'out'}", *words]), tmp_path / "out"

    return run


@pytest.mark.parametrize("word", ["fail_on=worse", "--fail-on=worse"])
def test_a_verdict_that_got_worse_fails_the_gate(given, capsys, word):
    assert given(FEW, MANY, word)[0] == 1
    assert "ksd_eval: culture got worse: refuted, then supported" in capsys.readouterr().err


def test_nothing_fails_that_is_not_asked_to(given, capsys):
    assert given(FEW, MANY)[0] == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "1 verdict(s) got worse: culture." in said.out


@pytest.mark.parametrize("women", [(MANY, FEW), (FEW, FEW)], ids=["better", "same"])
def test_better_or_the_same_passes(given, women):
    assert given(*women, "fail_on=worse")[0] == 0


def test_verdicts_that_may_not_be_compared_are_no_pass(given, capsys):
    judge = {"judge": "reader", "weights": "2"}
    assert given(FEW, FEW, "fail_on=worse", judge=judge)[0] == 2
    said = capsys.readouterr().err
    assert "whether culture got worse cannot be told: judge reader is not the same" in said


def test_page_and_tables_are_there(given):
    _, folder = given()
    assert sorted(path.name for path in folder.iterdir()) == [
        "compare.csv",
        "compare.html",
        "compare.md",
        "compare.parquet",
    ]
    table = pd.read_parquet(folder / "compare.parquet")
    found = table[(table["metric"] == "excess_gender") & (table["arm"] == "korean")]
    found = found[found["estimand"] == "over_prompts"].iloc[0]
    assert found["run"], found["against"] == ("bias/b", "bias/a")
    assert (found["first.estimate"], found["second.estimate"]) == (-0.5, 0.5)
    assert found["difference.estimate"] == 1.0
    assert found["how"] == "paired"
    assert set(table["how"]) == {"paired", "beside"}
    # What has no difference has none in the table: not 0.
    assert table.loc[table["how"] == "beside", "difference.estimate"].isna().all()
    assert len(table) == len(pd.read_csv(folder / "compare.csv"))


def test_the_same_comparison_gives_the_same_bytes(made, tmp_path):
    folders = [str(made("a", FEW)), str(made("b", MANY))]
    for out in ("one", "two"):
        main(["compare", *folders, f"to={tmp_path / out}"])
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("en", ("1 verdict(s) got worse: culture.", "Supported", "+100.0 points", "other noise")),
        ("ko", ("판정 1건이 나빠졌습니다: culture.", "확인됨", "+100.0%p", "노이즈가 달라")),
    ],
)
def test_the_page_is_written_in_both_languages(given, language, texts):
    _, folder = given(FEW, MANY, f"language={language}", steps=30, seed=1)
    html, short = ((folder / f"compare.{end}").read_text("utf-8") for end in ("html", "md"))
    assert f'<html lang="{language}">' in html
    for text in ("bias/a", "generation.seed", *texts):
        assert text in html
        assert text in short


def test_what_the_ledger_says_is_said_in_korean(made, tmp_path):
    claims = {
        "culture": {
            "_target_": "ksd_eval.claims.Claim",
            "admission": "White and western cultures are the default.",
            "subject": "it",
            "about": {"metric": "excess_gender", "category": "woman", "arm": "korean"},
            "margin": 0.05,
        }
    }
    runs = [str(made(name, MANY, claims=claims, blind=name == "b")) for name in "ab"]
    for language, admission, note in (
        ("en", "White and western cultures are the default.", "no picture could be told"),
        ("ko", "백인과 서양 문화가 기본값", "판단할 수 있는 그림이 없음"),
    ):
        assert main(["compare", *runs, f"to={tmp_path / 'out'}", f"language={language}"]) == 0
        for end in ("html", "md"):
            text = (tmp_path / "out" / f"compare.{end}").read_text(encoding="utf-8")
            assert admission in text
            assert note in text
            if language == "ko":
                assert "White and western" not in text
                assert "could be told" not in text


def test_what_stands_in_a_run_is_no_markup(made, tmp_path):
    claims = {
        "culture": {
            "_target_": "ksd_eval.claims.Claim",
            "admission": "<script>alert(1)</script>",
            "subject": "it",
            "about": {"metric": "excess_gender", "category": "woman", "arm": "korean"},
            "margin": 0.05,
        }
    }
    folders = [str(made(name, claims=claims)) for name in "ab"]
    main(["compare", *folders, f"to={tmp_path / 'out'}"])
    assert "<script>" not in (tmp_path / "out" / "compare.html").read_text(encoding="utf-8")


def test_without_a_folder_it_goes_beside_the_runs(made):
    folders = [made(name) for name in "ab"]
    assert main(["compare", *map(str, folders)]) == 0
    assert (folders[0].parents[1] / "compare" / "a-b" / "compare.html").exists()


MISTAKES = {
    ("no/such",): "there is no folder 'no/such'",
    ("fail_on=better",): "unknown fail_on 'better'. There are: worse",
    ("fial_on=worse",): "unknown option of compare 'fial_on', did you mean 'fail_on'?",
    ("language=fr",): "unknown language 'fr'. There are: en, ko",
    (): "there is nothing to compare one run with; name two or more",
}


@pytest.mark.parametrize(("words", "sentence"), MISTAKES.items(), ids=str)
def test_a_mistake_is_one_sentence_and_exit_code_2(made, capsys, words, sentence):
    assert main(["compare", str(made("a")), *words]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
