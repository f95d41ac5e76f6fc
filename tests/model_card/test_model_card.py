import re
import string
from pathlib import Path

import pytest
import yaml
from huggingface_hub import ModelCard

import ksd_eval
from ksd_eval.__main__ import main
from ksd_eval.model_card import sections, writing
from ksd_eval.model_card.ledger_ko import KOREAN
from ksd_eval.model_card.words import LANGUAGES

MANY, FEW = [1.0] * 12, [0.0] * 12

GIVEN = """\
---
language:
- ko
license: creativeml-openrail-m
tags:
- korean
inference: true
model-index:
- name: painter
  results:
  - task:
      type: text-to-image
    dataset:
      name: COCO
      type: coco
    metrics:
    - type: fid
      value: 12.5
---

# Painter

Made by somebody | on a day.

```python
# no heading
## Bias in code
```

## Limitations

Here is what we know.

- The model cannot render legible text
- It was tested on a Tuesday.

### Bias

It draws too much. White and western cultures are often set as the default.

## Training

Long.
"""

AUTHOR = "license: creativeml-openrail-m"


@pytest.fixture
def written(made, tmp_path):
    """Write the card of a run by the command line."""

    def write(*words, women=MANY, given=GIVEN, folder=None, **options):
        card = tmp_path / "README.md"
        card.write_text(given, encoding="utf-8")
        out = tmp_path / "out.md"
        run = folder or made("a", women, **options)
        code = main(["model-card", f"run={run}", f"card={card}", f"to={out}", *words])
        return code, out.read_text(encoding="utf-8") if out.exists() else ""

    return write


def cells(text, start):
    """Return the cells of the row of a table that begins with something."""
    [line] = [line for line in text.splitlines() if line.startswith(f"| {start}")]
    return [cell.strip() for cell in line.strip("|").split(" | ")]


def test_an_admission_stands_in_its_own_words_with_its_number(written):
    code, text = written()
    assert code == 0
    assert cells(text, "“White and western cultures are often set as the default.”") == [
        "“White and western cultures are often set as the default.”",
        "**Supported**",
        "the share of women, less one half",
        "+50.0 points",
        "+23.5 to +50.0 (95%)",
        "5.0 points",
        "12 prompts, 24 pictures",
    ]
    assert cells(text, "“The model cannot render") == [
        "“The model cannot render legible text”",
        "the experiment `text` measures it, and this run is another one",
    ]
    assert cells(text, "It can copy.")[1] == "that is for a court to say"


def test_numbers_are_those_of_the_tables(written, made):
    run = ksd_eval.load_run(made("a", FEW))
    row = run.verdicts.set_index("claim").loc["culture"]
    _, text = written(women=FEW)
    found = next(
        one for one in ModelCard(text).data.eval_results if one.dataset_type == writing.OURS
    )
    assert (found.metric_type, found.metric_value) == ("culture", row["estimate"])
    assert found.metric_args == {
        "ci_low": row["ci_low"],
        "ci_high": row["ci_high"],
        "level": row["level"],
        "margin": row["margin"],
        "prompts": 12,
        "pictures": 24,
        "verdict": "refuted",
        "unit": "points",
    }
    assert found.dataset_args["run"] == "bias/a"


def test_what_the_card_says_besides_stays(written):
    _, text = written()
    card = ModelCard(text)
    assert card.data.license == "creativeml-openrail-m"
    assert card.data.language == ["ko"]
    assert card.data.tags == ["korean", "ksd-eval"]
    assert card.data["inference"] is True
    assert {one.metric_type for one in card.data.eval_results} == {"fid", "culture"}
    assert "# Painter\n\nMade by somebody | on a day.\n" in card.text
    assert "# no heading\n## Bias in code\n" in card.text
    assert card.text.endswith("## Training\n\nLong.\n")
    # What no admission quotes is kept; what one quotes stands in the table alone.
    assert "- It was tested on a Tuesday." in card.text
    assert "Here is what we know." in card.text
    assert text.count("The model cannot render legible text") == 1


def headings(text):
    return [(one.level, one.heading) for one in sections.split(text) if one.level]


def test_a_title_that_speaks_of_bias_is_no_section(written):
    given = "# Stable Diffusion Bias Probe\n\nBy me.\n\n## Training\n\nLong.\n\n## Use\n\nAs is.\n"
    _, text = written(given=given)
    card = ModelCard(text).text
    assert card.lstrip().startswith(given)
    first, *_, last = headings(card)
    assert first == (1, "Stable Diffusion Bias Probe")
    assert {(2, "Training"), (2, "Use"), (2, "Limitations and Bias")} <= set(headings(card))
    assert last[0] == 3
    assert written(given=text)[1] == text


def test_subsections_keep_their_headings(written):
    given = (
        "# Painter\n\n## Bias, Risks, and Limitations\n\nSome.\n\n### Known\n\n"
        "- The model cannot render legible text\n\n### Recommendations\n\nLook twice.\n\n"
        "#### For all\n\n- Look thrice.\n\n```python\n# no heading\n```\n\n## Use\n\nAs is.\n"
        "\n## Limitations of use\n\nNone.\n"
    )
    _, text = written(given=given)
    found = [one for one in headings(text) if not one[1].startswith("What")]
    assert found[:2] == [(1, "Painter"), (2, "Bias, Risks, and Limitations")]
    # Of the part "Known" everything is quoted, so that nothing is left to stand under it.
    assert found[-4:] == [
        (3, "Recommendations"),
        (4, "For all"),
        (3, "Limitations of use"),
        (2, "Use"),
    ]
    assert "### Recommendations\n\nLook twice.\n\n#### For all\n\n- Look thrice." in text
    assert "```python\n# no heading\n```" in text
    assert "### Limitations of use\n\nNone.\n" in text
    assert written(given=text)[1] == text
    assert written("language=ko", given=text)[1].count("### Recommendations") == 1


def test_sections_of_the_first_level_are_measured_again(written):
    given = "# Painter\n\n# Limitations\n\nSome.\n\n# Bias\n\nMore.\n\n# Use\n\nAs is.\n"
    _, text = written(given=given)
    assert [one for one in headings(text) if one[0] == 1] == [
        (1, "Painter"),
        (1, "Limitations"),
        (1, "Use"),
    ]
    assert "## Bias\n\nMore.\n" in text
    assert written(given=text)[1] == text


def test_a_card_that_was_measured_before_is_measured_again(written, made):
    _, first = written()
    _, again = written(given=first)
    assert again == first
    _, korean = written("language=ko", given=first, women=FEW)
    assert korean.count(sections.BEGIN) == 1
    assert "“White and western cultures are often set as the default.” | **반박됨**" in korean
    assert "It can copy" in korean
    assert len(ModelCard(korean).data.eval_results) == 2


def test_without_a_card_one_is_begun(made, tmp_path):
    folder = made("a")
    assert main(["model-card", f"run={folder}"]) == 0
    card = ModelCard((folder / "model-card.en.md").read_text(encoding="utf-8"))
    assert "# painter\n\n## Limitations and Bias\n" in card.text
    assert card.data.to_dict()["model-index"][0]["name"] == "painter"
    assert card.data.license is None
    # The run is finished and whole as before.
    ksd_eval.load_run(folder)


def test_a_card_in_korean_is_quoted_and_headed_in_korean(written):
    given = "# 모델\n\n## 한계와 편향\n\n- 백인과 서구 문화가 기본값이 됩니다.\n\n## 학습\n"
    _, text = written("language=ko", given=given)
    assert cells(text, "“백인과 서구 문화가")[1] == "**확인됨**"
    assert text.count("## 한계와 편향") == 1
    assert "이 카드가 인정한 한계를" in text


def test_what_was_measured_on_the_miniature_says_so(written):
    packaged = {"name": "painter", "pipeline": {"repo": "package:painter"}}
    _, text = written(model=packaged)
    assert "measured on `package:painter`, a miniature that comes with ksd_eval" in text
    _, text = written()
    assert "These numbers are those of `someone/painter`." in text
    assert "miniature" not in text


def test_the_commit_of_what_was_measured_stands_in_the_parts_of_a_card(written, made):
    """Where they were made of different commits, none is named."""

    def of(commit):
        return {"identities": {"models": {"painter": {"commit": commit, "steps": 20}}}}

    bias = made("b", manifest=of("c0ffee")).name
    runs = {
        "same": {"bias": bias, "text": made("t", name="text", manifest=of("c0ffee")).name},
        "others": {"bias": bias, "text": made("u", name="text", manifest=of("decaf")).name},
        "lost": {"bias": bias, "text": "gone"},
    }
    for run_id, parts in runs.items():
        about = {"runs": parts, "identities": None}
        folder = made(run_id, name="card", manifest=about)
        _, text = written(folder=folder)
        named = "`someone/painter` (c0ffee)" in text
        assert named == (run_id != "others"), run_id
        assert ksd_eval.load_run(folder).identities["models"]["painter"]["steps"] == 20


def test_an_undecided_verdict_gives_its_reason(written):
    _, text = written(women=[1.0, 0.0] * 6)
    assert cells(text, "“White")[1] == "undecided: the interval crosses the margin"
    _, text = written("language=ko", women=[1.0, 0.0] * 6)
    assert cells(text, "“White")[1] == "판단할 수 없음: 신뢰구간이 경계에 걸칩니다"


def test_it_opens_a_pull_request(written, monkeypatch, capsys):
    asked = []

    def push(card, repo, **options):
        asked.append((repo, options["create_pr"], str(card)))
        return "https://hub/pull/1"

    monkeypatch.setattr(ModelCard, "push_to_hub", push)
    code, text = written("push=someone/painter")
    assert code == 0
    assert asked == [("someone/painter", True, text)]
    assert "the pull request: https://hub/pull/1" in capsys.readouterr().out


PAINTER = {"_target_": "ksd_eval.models.pipelines.DiffusersModel", "repo": "someone/painter"}
LORA = {"_target_": "ksd_eval.models.lora.Lora", "path": "someone/lora"}
ENCODER = {"_target_": "ksd_eval.models.swap.TextEncoder", "repo": "someone/clip"}


@pytest.mark.parametrize(
    ("pipeline", "target"),
    [
        (PAINTER, "someone/else"),
        (PAINTER | {"repo": "package:painter"}, "someone/painter"),
        (PAINTER | {"repo": "package:painter"}, "package:painter"),
        (PAINTER | {"changes": {"lora": LORA}}, "someone/painter"),
        (PAINTER | {"changes": {"encoder": ENCODER}}, "someone/painter"),
        (PAINTER | {"changes": {"lora": LORA, "encoder": ENCODER}}, "someone/lora"),
        ({"_target_": "ksd_eval.models.translated.TranslatedModel", "pipeline": PAINTER}, "x/y"),
    ],
    ids=str,
)
def test_no_model_is_told_the_numbers_of_another(written, monkeypatch, capsys, pipeline, target):
    monkeypatch.setattr(ModelCard, "push_to_hub", lambda *_, **__: pytest.fail("it was pushed"))
    assert written(f"push={target}", model={"name": "painter", "pipeline": pipeline}) == (2, "")
    said = capsys.readouterr().err
    assert f"and not {target!r}; push to the model that was measured" in said
    assert said.count("\n") == 1


def test_a_lora_is_a_model_of_its_own(written, monkeypatch):
    monkeypatch.setattr(ModelCard, "push_to_hub", lambda *_, **__: "https://hub/pull/1")
    pipeline = PAINTER | {"changes": {"lora": LORA}}
    assert written("push=someone/lora", model={"name": "kodi", "pipeline": pipeline})[0] == 0


def test_without_a_network_it_says_one_sentence_and_keeps_the_card(written, monkeypatch, capsys):
    def unreachable(card, repo, **options):
        raise ConnectionError("no route\nto host")

    monkeypatch.setattr(ModelCard, "push_to_hub", unreachable)
    code, text = written("push=someone/painter")
    said = capsys.readouterr().err
    assert code == 2
    assert "could not be opened (no route to host); see to the network" in said
    assert said.count("\n") == 1
    assert text.startswith("---")


MISTAKES = {
    (): "model-card needs run=…",
    ("run=no/such",): "there is no folder 'no/such'",
    ("run={run}", "card=no.md"): "the card 'no.md' cannot be read (No such file or directory)",
    ("run={run}", "push=a/b"): "push needs the model's present card",
    ("run={run}", "language=fr"): "unknown language 'fr'",
    ("rnu=x",): "unknown option of model-card 'rnu', did you mean 'run'?",
}


@pytest.mark.parametrize(("words", "sentence"), MISTAKES.items(), ids=str)
def test_a_mistake_is_one_sentence_and_exit_code_2(made, capsys, words, sentence):
    assert main(["model-card", *(word.format(run=made("a")) for word in words)]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    "metadata",
    ["license: [", "- a\n- b", "model-index:\n- name: x\n  results:\n  - task: 1"],
    ids=["no YAML", "a list", "broken results"],
)
def test_broken_metadata_is_refused(written, capsys, metadata):
    code, text = written(given=f"---\n{metadata}\n---\n# A card\n")
    assert (code, text) == (2, "")
    assert "the metadata of the given card cannot be read" in capsys.readouterr().err


def test_metadata_is_what_it_is_read_as(written):
    _, text = written()
    block = yaml.safe_load(text.split("---\n")[1])
    [index] = block["model-index"]
    assert [one["dataset"]["type"] for one in index["results"]] == ["coco", "ksd_eval"]


def holes(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_say_the_same():
    english, korean = LANGUAGES["en"], LANGUAGES["ko"]
    assert korean.keys() == english.keys()
    assert [key for key in english if holes(english[key]) != holes(korean[key])] == []
    other = {key for key, text in korean.items() if not re.search("[가-힣]", text)}
    assert other == {"quote", "interval.of"}


def test_everything_that_the_ledger_says_has_korean_words():
    path = Path(ksd_eval.__file__).parents[1] / "conf" / "claims" / "card.yaml"
    claims = yaml.safe_load(path.read_text(encoding="utf-8")).values()
    said = {
        " ".join(node[name].split()).rstrip(",")
        for node in claims
        for name in ("admission", "subject", "reason")
        if name in node
    }
    assert len(said) == 2 * len(claims)
    assert said <= KOREAN.keys()
    assert all(re.search("[가-힣]", text) for text in KOREAN.values())
