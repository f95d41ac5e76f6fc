import dataclasses
import json
import subprocess
import sys

import pytest
import yaml

from ksd_eval import __main__ as command_line
from ksd_eval import usage
from ksd_eval.__main__ import main
from ksd_eval.comparison import command as compare_command
from ksd_eval.exporting import command as export_command
from ksd_eval.labels import command as label_command
from ksd_eval.model_card import command as card_command

pytestmark = pytest.mark.usefixtures("here")


@pytest.mark.parametrize("words", [[], ["--help"], ["experiment=tiny", "-h"]], ids=str)
def test_help_says_what_can_be_run(words, capsys):
    assert main(words) == 0
    said = capsys.readouterr().out
    assert "python -m ksd_eval experiment=bias" in said
    assert "tiny" in said
    assert "patches, patches_en" in said


def test_without_words_it_shows_the_three_commands_that_most_want(capsys):
    assert main([]) == 0
    said = capsys.readouterr().out
    assert [line.split()[3] for line in said.splitlines() if line.startswith("  python")] == [
        "experiment=bias",
        "experiment=card",
        "doctor",
    ]
    assert "compare" not in said


@pytest.mark.parametrize("flag", ["--help", "-h"])
@pytest.mark.parametrize("name", command_line.COMMANDS)
def test_every_command_has_a_help_of_its_own(name, flag, capsys):
    assert main([name, flag]) == 0
    said = capsys.readouterr().out
    one = usage.USAGES[name]
    assert said.startswith(f"usage: python -m ksd_eval {name}")
    assert f"example: python -m ksd_eval {one.example}" in said
    assert all(f"  {option} " in said for option in one.options)


def test_the_help_of_the_whole_names_every_command(capsys):
    assert usage.USAGES.keys() == command_line.COMMANDS.keys()
    main(["--help"])
    said = capsys.readouterr().out
    assert all(f"  {name} " in said and one.does in said for name, one in usage.USAGES.items())


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("label", label_command.Options),
        ("compare", compare_command.Options),
        ("model-card", card_command.Options),
        ("export", export_command.Options),
    ],
    ids=str,
)
def test_a_help_names_every_option(name, options):
    assert usage.USAGES[name].options.keys() == {item.name for item in dataclasses.fields(options)}


def test_list_says_what_can_be_run(capsys):
    assert main(["list"]) == 0
    assert "experiment=" in capsys.readouterr().out


def test_doctor_says_what_this_machine_has(capsys):
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "cores" in said
    assert "torch" in said


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["model=patches"], "no experiment is named; add experiment=NAME. There are: "),
        (["tiny"], "'tiny' is an experiment; write experiment=tiny"),
        (
            ["doctr"],
            "unknown command 'doctr', did you mean 'doctor'? There are: audit, compare, doctor, "
            "export, label, list, model-card, store",
        ),
        (["experiment=tiny", "--cgf", "job"], "unknown flag '--cgf', did you mean '--cfg'?"),
        (["experiment=tiny", "--cfg", "hydra"], "unknown --cfg 'hydra'. There are: job"),
        (["experiment=tiny", "--config-dir", "none"], "--config-dir 'none' is no folder"),
        (["experiment=tiny", "judges.brightness.x=1"], "unknown option of judges.brightness"),
        (["experiment=tiny", "prompts.count=0"], "the prompt set has no pairs"),
        (
            ["experiment=tiny", "model.pipeline={_target_:ksd_fakes.plugins.Missing}"],
            "patches is not ready: weights.safetensors is not there; fetch it",
        ),
        (
            ["experiment=tiny", "execution.results_dir=file/results"],
            "cannot be written (Not a directory); choose another: execution.results_dir=FOLDER",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_gets_one_sentence_and_exit_code_2(words, sentence, here, capsys):
    (here / "file").touch()
    assert main(words) == 2
    captured = capsys.readouterr()
    assert sentence in captured.err
    assert captured.err.startswith("ksd_eval: ")
    assert captured.err.count("\n") == 1
    assert not (here / "results").exists()


def test_a_configuration_can_be_printed_instead_of_run(here, capsys):
    assert main(["experiment=tiny", "--cfg", "job"]) == 0
    assert yaml.safe_load(capsys.readouterr().out)["model"]["name"] == "patches"
    assert list(here.iterdir()) == []


def test_several_runs_are_done_one_after_another(here, plain_page):
    words = ["-m", "experiment=tiny", "execution.workers=1", "generation.seed=1,2"]
    assert main(words) == 0
    assert len(list(here.glob("results/tiny/*/manifest.json"))) == 2


def test_a_mistake_in_the_second_of_several_runs_stops_before_the_first(here, plain_page):
    words = ["-m", "experiment=tiny", "execution.workers=1", "prompts.count=1,many"]
    assert main(words) == 2
    assert not (here / "results").exists()


def test_the_manifest_says_which_command_made_the_run(tiny):
    manifest = json.loads((tiny("prompts.count=1") / "manifest.json").read_text())
    assert manifest["command"] == (
        "python -m ksd_eval experiment=tiny execution.workers=1 prompts.count=1"
    )


def test_ctrl_c_is_no_traceback(monkeypatch, capsys):
    def stop(line):
        raise KeyboardInterrupt

    monkeypatch.setattr(command_line, "runs", stop)
    assert main(["experiment=tiny"]) == 130
    assert "Give the same command again" in capsys.readouterr().err


def test_a_finished_run_is_told_without_torch(tiny, here):
    tiny()
    code = "\n".join(
        [
            "import sys",
            "from ksd_eval.__main__ import main",
            "assert main(['experiment=tiny']) == 0",
            "sys.exit(bool({'torch', 'diffusers', 'transformers'} & set(sys.modules)))",
        ]
    )
    sys_path = "import sys; sys.path[:0] = " + repr(sys.path) + "\n"
    subprocess.run([sys.executable, "-c", sys_path + code], cwd=here, check=True, timeout=120)
