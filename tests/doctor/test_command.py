import json
import subprocess
import sys

import pytest

from ksd_eval import extensions
from ksd_eval.__main__ import main
from ksd_eval.config import building, photographs
from ksd_eval.needs import needs_of

pytestmark = pytest.mark.usefixtures("here")


def said(capsys):
    return capsys.readouterr().out


def test_of_the_machine_it_says_which_models_and_judges_are_ready(capsys, cache):
    assert main(["doctor"]) == 0
    out = said(capsys)
    lines = {line.split()[0]: line for line in out.splitlines() if line.startswith("  ")}
    assert "ready" in lines["miniature"]
    assert "(about 5.5 GB, CreativeML OpenRAIL-M)" in lines["korean_sd"]
    assert "give model.pipeline.path=VALUE" in lines["folder"]
    assert "for dino" in lines["facebook/dinov2-base"]
    assert out.splitlines()[-1].startswith("The miniature can be run: ")


def test_of_a_command_it_says_what_it_needs_and_the_code_is_0_if_it_can_be_run(capsys):
    assert main(["doctor", "experiment=tiny"]) == 0
    out = said(capsys)
    assert "18 pictures" in out
    assert out.splitlines()[-1] == "It can be run now, without a download."


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["model.pipeline={_target_:ksd_fakes.plugins.Missing}"],
            "It cannot be run: patches: weights.safetensors is not there; fetch it.",
        ),
        (["prompts.count=0"], "It cannot be run: the prompt set has no pairs"),
        (["execution.results_dir=file/results"], "'file/results' cannot be written; choose"),
    ],
    ids=["model", "prompts", "results"],
)
def test_the_code_is_1_if_it_cannot_be_run(words, sentence, here, capsys):
    (here / "file").touch()
    assert main(["doctor", "experiment=tiny", *words]) == 1
    assert sentence in said(capsys)


@pytest.mark.parametrize("words", [["experiment=tinny"], ["-m", "experiment=tiny"], ["tiny"]])
def test_a_mistake_is_answered_as_any_other(words, capsys):
    assert main(["doctor", *words]) == 2
    assert capsys.readouterr().err.startswith("ksd_eval: ")


def test_nothing_is_written_by_looking(here, capsys):
    before = sorted(here.iterdir())
    main(["doctor", "experiment=tiny"])
    main(["doctor"])
    assert sorted(here.iterdir()) == before


def test_programs_are_told_in_json(capsys, cache):
    assert (
        main(["doctor", "--json", "experiment=people", "model=korean_sd", "prompts.limit=2"]) == 1
    )
    found = json.loads(said(capsys))
    assert found["runs_now"] is False
    assert found["parts"]["people"]["pictures"] == 6
    assert found["parts"]["people"]["needs"]["models.korean_sd"][0]["fetched"] is True
    assert main(["doctor", "--json"]) == 0
    assert json.loads(said(capsys))["models"]["miniature"][0]["lacking"] == ""


@pytest.mark.parametrize("words", [["doctor"], ["doctor", "experiment=people", "model=korean_sd"]])
def test_torch_is_not_loaded_to_look(words, here):
    code = "\n".join(
        [
            "import sys; sys.path[:0] = " + repr(sys.path),
            "from ksd_eval.doctor import machine",
            "machine.gpus = tuple  # a GPU is looked at by torch",
            "from ksd_eval.__main__ import main",
            f"assert main({words!r}) in (0, 1)",
            "heavy = {'torch', 'diffusers', 'transformers', 'open_clip'}",
            "sys.exit(bool(heavy & set(sys.modules)))",
        ]
    )
    subprocess.run([sys.executable, "-c", code], cwd=here, check=True, timeout=240)


def nones(identity):
    if isinstance(identity, dict):
        return any(map(nones, identity.values()))
    if isinstance(identity, list | tuple):
        return any(map(nones, identity))
    return identity is None


JUDGES = building.plugins_of(photographs.judges([extensions.own_conf()]), "judges")


@pytest.mark.parametrize("name", JUDGES)
def test_a_judge_whose_identity_lacks_something_says_what_it_needs(name, cache):
    needs = needs_of(JUDGES[name], name, told=True)
    assert needs
    if nones(JUDGES[name].identity()):
        assert not all(need.ready for need in needs)
    lacking = [need for need in needs if not need.ready]
    assert all(need.cure and not need.stops and not need.fetched for need in lacking)
