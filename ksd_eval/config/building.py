"""From a configuration to an experiment: everything constructed before anything is run."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass
from typing import Any, cast, get_args

from hydra.errors import HydraException
from hydra.utils import instantiate

from ksd_eval import extensions
from ksd_eval.config.composing import KINDS, Composed, engine_of
from ksd_eval.config.schema import GenerationConfig, ModelConfig, Plugin
from ksd_eval.execution.orders import Generation
from ksd_eval.experiment import Experiment, Settings
from ksd_eval.extensions import ConfigError
from ksd_eval.models.base import Model
from ksd_eval.prompts.base import PromptError, PromptSource
from ksd_eval.records import Arm, Noise, PromptPair, Role

UNDECISIVE = ("execution", "report", "beside")
"""What changes no number."""


def arms_of(model: ModelConfig, roles: Sequence[str]) -> dict[Arm, Plugin]:
    """Return the arms of a run in order, each with what paints it.

    Args:
        model: The model under test, and what it is held against.
        roles: Which are wanted; those that the model has not are left out.

    Raises:
        ConfigError: There is no such role.
    """
    for role in roles:
        if role not in get_args(Role):
            raise extensions.unknown("role of arms", role, get_args(Role))
    arms = {
        Arm(model.name, "ko", "korean"): model.pipeline,
        Arm(model.name, "en", "english"): model.pipeline,
    }
    if model.counterpart is not None:
        arms[Arm(model.counterpart.name, "en", "original")] = model.counterpart.pipeline
    if model.translated is not None:
        arms[Arm(model.translated.name, "ko", "translated")] = model.translated.pipeline
    if model.counterpart is not None:
        arms[Arm(model.counterpart.name, "ko", "foreign")] = model.counterpart.pipeline
    found = {arm: pipeline for arm, pipeline in arms.items() if arm.role in roles}
    if not found:
        raise ConfigError(f"the model {model.name!r} has none of the arms {', '.join(roles)}")
    return found


def built(configuration: Composed, command: str = "") -> Experiment:
    """Construct everything that the configuration names, before anything is run.

    Raises:
        ConfigError: Something refuses its arguments.
    """
    run = configuration.run
    extensions.check_plugins({**configuration.plain, "execution": engine_of(run.execution)})
    arms = arms_of(run.model, run.arms)
    painters = {arm.model: pipeline for arm, pipeline in arms.items()}
    if len(painters) < len({id(pipeline) for pipeline in arms.values()}):
        raise ConfigError(
            f"two models of this run are both called {run.model.name!r}; name them apart"
        )
    decisive = _decisive(configuration.plain)
    return Experiment(
        name=run.name,
        prompts=_prompts(run.prompts, configuration.lacking),
        arms=tuple(arms),
        models={
            name: _plugin(as_asked(node, run.generation), f"model {name}")
            for name, node in painters.items()
        },
        **{kind: _plugins(getattr(run, kind), kind) for kind in KINDS},
        study=_plugin(run.study, "study") if run.study else None,
        settings=Settings(
            generation=_generation(run.generation),
            record=run.record.keep,
            against=run.record.against,
            beside=run.beside,
            analysis_seed=run.analysis.seed,
            level=run.analysis.level,
            results_dir=str(run.execution["results_dir"]),
            judge_ahead=run.execution.get("judge_ahead"),
            pictures=run.execution.get("pictures"),
            engine=_plugin(engine_of(run.execution), "execution"),
            **asdict(run.report),
        ),
        config=configuration.text,
        decisive=decisive,
        lacking=configuration.lacking,
        command=command,
        parts=tuple(built(part, of_part(command, part.run.name)) for part in configuration.parts),
    )


def of_part(command: str, name: str) -> str:
    """Return the command of one experiment of a card, by that of the card.

    >>> of_part("python -m ksd_eval experiment=card 'parts=[bias,text]' model=planted", "bias")
    'python -m ksd_eval experiment=bias model=planted'
    """
    words = [word for word in shlex.split(command) if not word.startswith("parts=")]
    named = [f"experiment={name}" if word.startswith("experiment=") else word for word in words]
    return shlex.join(named)


def as_asked(node: Plugin, generation: GenerationConfig) -> Plugin:
    """Return a model's node with the steps, scheduler and guidance that a run asks of every model.

    A model that has no such option is left as it is; in a model that stands before another one,
    such as a translator, the other one's are changed.
    """
    if not _names_class(node):  # which is refused when it is constructed
        return node
    cls = extensions.plugin_class(node["_target_"], "model")
    asked = {name: getattr(generation, name) for name in ("steps", "scheduler", "guidance")}
    is_model = issubclass(cls, Model) and is_dataclass(cls)
    has = {item.name for item in fields(cls)} if is_model else set[str]()
    within = {
        key: as_asked(value, generation)
        for key, value in node.items()
        if isinstance(value, dict) and "_target_" in value
    }
    changed = {name: value for name, value in asked.items() if value is not None and name in has}
    return {**node, **within, **changed}


def _generation(asked: GenerationConfig) -> Generation:
    """Return what decides pixels beside the models: not what was handed to them."""
    return Generation(
        asked.replicates,
        asked.seed,
        asked.batch_shape,
        asked.threads,
        cast(Noise, asked.noise),
    )


def prompts_of(node: Plugin) -> PromptSource:
    """Construct a prompt set.

    Raises:
        ConfigError: It refuses its arguments, or is no class that may be named.
    """
    extensions.check_plugins({"prompts": node})
    return cast(PromptSource, _plugin(node, "prompts"))


def _decisive(plain: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a configuration decides numbers.

    Where other runs and records are looked for does not. What is found there does, and that stands
    in the identities.
    """
    found = {key: value for key, value in plain.items() if key not in UNDECISIVE}
    for section, key in (("study", "results"), ("record", "against")):
        if found.get(section):
            found[section] = {name: one for name, one in found[section].items() if name != key}
    return found


def plugins_of(nodes: Mapping[str, Plugin], kind: str) -> dict[str, Any]:
    """Construct plug-ins that stand in no experiment.

    Raises:
        ConfigError: One refuses its arguments, or is no class that may be named.
    """
    extensions.check_plugins({kind: dict(nodes)})
    return _plugins(nodes, kind)


def _prompts(node: Plugin, lacking: Mapping[str, str]) -> PromptSource:
    if "prompts" in lacking:
        return LackingPrompts("; ".join(dict.fromkeys(lacking.values())))
    return cast(PromptSource, _plugin(node, "prompts"))


@dataclass(frozen=True)
class LackingPrompts(PromptSource):
    """Prompts that only the user has.

    Attributes:
        why: What is not given, and how to give it.
    """

    why: str

    def __call__(self) -> Sequence[PromptPair]:
        """Refuse.

        Raises:
            PromptError: Always.
        """
        raise PromptError(f"there are no prompts: {self.why}")


def _plugins(nodes: Mapping[str, Plugin | None], where: str) -> dict[str, Any]:
    return {
        name: _plugin(node, f"{where}.{name}") for name, node in nodes.items() if node is not None
    }


def _names_class(node: object) -> bool:
    """Whether a node is one of a plug-in; an interpolation may have put anything in its place."""
    return isinstance(node, Mapping) and "_target_" in node


def _plugin(node: Plugin, where: str) -> Any:  # noqa: ANN401  the class is the YAML's choice
    if not _names_class(node):
        raise ConfigError(f"{where} names no class; give {where}._target_")
    try:
        return instantiate(node, _convert_="all")
    except HydraException as error:
        root = error.__cause__ or error
        raise ConfigError(f"{where}: {str(root).strip().partition(chr(10))[0]}") from error
