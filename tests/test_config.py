import dataclasses

import pytest
from omegaconf import OmegaConf

from ksd_eval import extensions
from ksd_eval.config import building, composing, overriding, schema
from ksd_eval.execution.local import LocalEngine
from ksd_eval.execution.ray_engine import RayEngine
from ksd_eval.extensions import ConfigError

CONF = extensions.own_conf()


pytestmark = pytest.mark.usefixtures("here")


def composed(*words):
    return composing.composed(["experiment=tiny", *words])


def built(*words):
    return building.built(composed(*words))


def test_defaults_are_written_once_in_the_schema():
    assert composed("prompts.count=2").run.analysis == schema.AnalysisConfig()
    assert composed().run.generation == schema.GenerationConfig(replicates=2, batch_shape=4)


def test_every_option_of_the_schema_is_explained():
    sections = [cls for cls in vars(schema).values() if dataclasses.is_dataclass(cls)]
    plain = {"judges", "extractors", "references", "metrics", "claims", "figures"}
    for section in sections:
        for item in dataclasses.fields(section):
            nested = item.name in {
                "prompts",
                "model",
                "photographs",
                "generation",
                "analysis",
                "execution",
                "report",
            }
            told = f"{item.name}:" in section.__doc__ or item.metadata.get("what")
            assert nested or item.name in plain or told


def test_an_experiment_is_built_with_its_arms_in_order():
    experiment = built()
    assert [arm.name for arm in experiment.arms] == ["patches/ko", "patches/en", "patches_en/en"]
    assert [arm.role for arm in experiment.arms] == ["korean", "english", "original"]
    assert experiment.models["patches_en"].tint == 1


def test_a_model_without_a_counterpart_has_two_arms():
    assert [arm.name for arm in built("model=patches_en").arms] == [
        "patches_en/ko",
        "patches_en/en",
    ]


def test_a_translated_form_is_an_arm_asked_in_korean():
    words = ["+model@model.translated=patches_en", "model.counterpart=null"]
    last = built(*words, "arms=[korean,translated]").arms[-1]
    assert (last.name, last.role) == ("patches_en/ko", "translated")


def test_arms_are_asked_by_their_roles_and_those_a_model_lacks_are_left_out():
    assert [arm.name for arm in built("arms=[english,foreign,translated]").arms] == [
        "patches/en",
        "patches_en/ko",
    ]
    with pytest.raises(ConfigError, match="unknown role of arms 'koreen', did you mean 'korean'"):
        built("arms=[koreen]")
    with pytest.raises(ConfigError, match="'patches_en' has none of the arms original"):
        built("model=patches_en", "arms=[original]")


ASKED = (
    *("generation.steps=25", "generation.scheduler=DDIMScheduler"),
    "generation.guidance=2.5",
)


@pytest.mark.parametrize("name", ["miniature", "korean_sd", "sd15", "miniature_translated"])
def test_steps_scheduler_and_guidance_are_handed_to_every_model_that_has_them(name):
    experiment = built("arms=[korean,original,translated]", f"model={name}", *ASKED)
    for model in experiment.models.values():
        painter = getattr(model, "pipeline", model)  # a translator stands before another model
        assert (painter.steps, painter.scheduler) == (25, "DDIMScheduler")
        assert painter.guidance == 2.5


def test_a_model_without_steps_is_left_as_it_is():
    assert built("model=planted", *ASKED).models == built("model=planted").models


def test_a_model_keeps_its_own_steps_where_none_are_asked():
    model = built("model=korean_sd").models["korean_sd"]
    assert (model.steps, model.scheduler) == (25, "EulerAncestralDiscreteScheduler")
    assert model.guidance == 7.5


def test_a_sweep_of_guidance_asks_all_arms_of_a_run_for_the_same():
    words = ["experiment=language", "model=korean_sd", "generation.guidance=1,3,7.5"]
    runs = [composing.composed(line) for line in overriding.sweep(words)]
    experiments = [building.built(run) for run in runs]
    for experiment, wanted in zip(experiments, (1.0, 3.0, 7.5), strict=True):
        painters = [getattr(model, "pipeline", model) for model in experiment.models.values()]
        assert {painter.guidance for painter in painters} == {wanted}
        assert len(experiment.arms) == 5
    decisive = [str(experiment.decisive) for experiment in experiments]
    assert len(set(decisive)) == 3


def test_an_engine_is_chosen_and_given_its_options():
    assert built().settings.engine == LocalEngine()
    asked = ["execution=ray", "execution.address=auto", "execution.gpus=1", "execution.workers=3"]
    settings = built(*asked, "execution.results_dir=there").settings
    assert settings.engine == RayEngine(3, "auto", 1)
    assert settings.results_dir == "there"


def test_an_option_of_a_plugin_need_not_stand_in_its_yaml():
    assert built("prompts.count=2").prompts.count == 2


def test_what_a_models_file_says_of_its_pipeline_can_be_set_as_the_models_own():
    words = ["experiment=bias", "model=hub", "model.repo=owner/name", "model.steps=7"]
    other = ["+model@model.counterpart=hub", "model.counterpart.repo=owner/other"]
    run = composing.composed([*words, "model.revision=abc", *other]).run
    assert run.model.pipeline["repo"] == "owner/name"
    assert run.model.pipeline["revision"] == "abc"
    assert run.model.pipeline["steps"] == 7
    assert run.model.counterpart.pipeline["repo"] == "owner/other"


def test_what_it_does_not_say_cannot():
    with pytest.raises(ConfigError, match=r"unknown option 'model\.pth'"):
        composing.composed(["experiment=bias", "model=folder", "model.pth=here"])


def test_what_is_written_down_composes_again():
    text = composed("prompts.count=2").text
    assert OmegaConf.create(text).prompts == {"_target_": "ksd_fakes.plugins.Pairs", "count": 2}


@pytest.mark.parametrize("value", ["폴더", "사진/인물", "내 결과", "'폴더'"])
def test_a_value_in_hangul_needs_no_quotes(value):
    run = composed(f"execution.results_dir={value}").run
    assert run.execution["results_dir"] == value.strip("'")


def test_a_sweep_is_one_command_line_for_each_combination():
    lines = overriding.sweep(["experiment=tiny", "model=a,b", "generation.seed=1,2"])
    assert len(lines) == 4
    assert lines[1] == ["experiment=tiny", "model=a", "generation.seed=2"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["experiment=tin"], "unknown experiment 'tin', did you mean 'tiny'? There are: "),
        (["model=patchs"], "unknown model 'patchs', did you mean 'patches'? There are: "),
        (["prompts=none"], "unknown prompts 'none'. There are: "),
        (["model=patches,patches_en"], "names several; to run them one after another, add -m"),
        (["generation.replicate=1"], "did you mean 'generation.replicates'? There are: "),
        (["judge.brightness.refused=a"], "unknown option 'judge', did you mean 'judges'?"),
        (["judges.brightnes.refused=a"], "did you mean 'judges.brightness'?"),
        (["~judges.none"], "unknown option 'judges.none'. There are: judges.brightness"),
        (["generation.replicates=many"], "Value 'many' of type 'str' could not be converted"),
        (["generation.replicates=0"], "generation.replicates=0 is too small; give 1 or more"),
        (["execution.workers=0"], "execution.workers=0 is too small"),
        (["execution.workers=many"], "execution.workers='many' is of the wrong type"),
        (["execution.address=auto"], "unknown option of execution (LocalEngine) 'address'"),
        (["execution.results_dir=null"], "execution.results_dir is not set; give execution"),
        (["execution=slurm"], "unknown execution 'slurm'. There are: local, ray"),
        (["generation.steps=0"], "generation.steps=0 is too small; give 1 or more"),
        (["generation.guidance=-1"], "generation.guidance=-1.0 is too small; give 0 or more"),
        (["generation.noise=cards"], "unknown generation.noise 'cards', did you mean 'card'?"),
        (["analysis.level=95"], "analysis.level=95.0 is no level"),
        (["report.language=de"], "unknown report.language 'de'. There are: both, en, ko"),
        (["generation.seed={"], "is not understood; write KEY=VALUE"),
        (["+=1"], "'+=1' is not understood; write KEY=VALUE"),
        (["+nothing.here=1"], "unknown option 'nothing'. There are: analysis, "),
        (["+generation.sed=1"], "unknown option 'generation.sed', did you mean 'generation.seed'?"),
        (["+model.translated.name=a"], "name a file for it: +model@model.translated=NAME"),
        (["model.translated={name:a}"], "name a file for it: +model@model.translated=NAME"),
    ],
)
def test_what_cannot_be_composed_is_told_in_one_sentence(words, sentence):
    with pytest.raises(ConfigError) as caught:
        composed(*words)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["judges.brightness.refuse=a"], "'refuse', did you mean 'refused'? There are: diary, "),
        (["prompts.count=many"], "prompts.count='many' is of the wrong type; Pairs wants int"),
        (["execution=ray", "execution.gpus=-1"], "execution: gpus is -1; give 0 or more"),
        (["+judges.other={}"], "judges.other names no class; give judges.other._target_"),
        (["+judges.other._target_=ksd_fakes.plugins.Nobody"], "there is no 'Nobody' in ksd_fakes"),
        (["+judges.other._target_=ksd_fakes.nowhere.X"], "cannot be imported: No module named"),
        (["model.counterpart.name=patches"], "are both called 'patches'; name them apart"),
    ],
)
def test_what_cannot_be_built_is_told_in_one_sentence(words, sentence):
    with pytest.raises(ConfigError) as caught:
        built(*words)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "target",
    [
        "os.system",
        "builtins.eval",
        "subprocess.Popen",
        "hydra.utils.instantiate",
        "ksd_eval.execution.host.Path",
        "ksd_eval.execution.workers.ProcessPoolExecutor",
        "ksd_eval.extensions.check_plugins",
        "ksd_eval",
        "ksd_evaluation.judges.X",
        "ksd_fakes.plugins.np",
    ],
)
def test_a_foreign_class_is_not_let_in(target):
    with pytest.raises(
        ConfigError, match="is not let in: it must be a class of ksd_eval, ksd_fakes"
    ):
        built(f"+judges.other._target_={target}")


def test_a_foreign_class_is_not_let_in_from_within_another_plugin():
    with pytest.raises(
        ConfigError, match=r"judges\.other\.inner\._target_=os.system is not let in"
    ):
        extensions.check_plugins(
            {"judges": {"other": {"inner": {"_target_": "os.system", "command": "true"}}}}
        )


@pytest.mark.parametrize("key", ["_partial_", "_args_", "_recursive_"])
def test_hydras_other_keys_are_not_let_in(key):
    with pytest.raises(ConfigError, match=f"unknown option of judges.brightness .* '{key}'"):
        built(f"+judges.brightness.{key}=1")


def test_a_package_that_declares_no_conf_is_foreign(monkeypatch):
    monkeypatch.setattr(extensions, "declared", list)
    with pytest.raises(
        ConfigError, match="is not let in: it must be a class of ksd_eval, or of an"
    ):
        extensions.plugin_class("ksd_fakes.plugins.Brightness", "judges.x")


def test_a_folder_of_ones_own_is_searched_too(tmp_path):
    own = tmp_path / "own"
    (own / "prompts").mkdir(parents=True)
    (own / "prompts" / "mine.yaml").write_text("_target_: ksd_fakes.plugins.Pairs\ncount: 1\n")
    found = composing.composed(["experiment=tiny", "prompts=mine"], [own])
    assert found.plain["prompts"]["count"] == 1


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"--config-dir .* is no folder"):
        extensions.groups([tmp_path / "nowhere"])


def test_a_package_whose_conf_is_gone_is_named(monkeypatch):
    point = extensions.EntryPoint(name="gone", value="gone_package.conf", group=extensions.GROUP)
    monkeypatch.setattr(extensions, "declared", lambda: [point])
    with pytest.raises(ConfigError, match=r"'gone_package\.conf'.*mend or uninstall"):
        extensions.groups()


def test_our_own_conf_is_in_the_package_or_beside_it(monkeypatch, tmp_path):
    assert (extensions.own_conf() / "config.yaml").is_file()
    monkeypatch.setattr(extensions, "PACKAGE", tmp_path / "ksd_eval")
    (tmp_path / "ksd_eval" / "conf").mkdir(parents=True)
    assert extensions.own_conf() == tmp_path / "ksd_eval" / "conf"


@pytest.mark.parametrize("experiment", ["bias"])
@pytest.mark.parametrize("model", sorted(path.stem for path in (CONF / "model").glob("*.yaml")))
def test_every_model_composes_with_every_experiment(experiment, model):
    asked = {"hub": ["repo"], "folder": ["path"], "kodi": ["changes.lora.path"]}.get(model, [])
    given = [f"model.pipeline.{option}=somewhere" for option in asked]
    found = composing.composed([f"experiment={experiment}", f"model={model}", *given])
    assert found.run.name == experiment
    assert found.run.model.name == model
    assert building.built(found).arms[0].name == f"{model}/ko"


def test_a_home_folder_is_found_behind_an_equals_sign(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    found = composing.composed(["experiment=bias", "execution.results_dir=~/results of 2026"])
    assert found.run.execution["results_dir"] == f"{tmp_path}/results of 2026"
