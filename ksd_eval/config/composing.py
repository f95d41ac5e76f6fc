"""From a command line to a configuration that is right, or to one sentence on what is not."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, cast, get_args, get_type_hints

from hydra import compose as hydra_compose
from hydra import initialize_config_dir
from hydra.core.config_store import ConfigStore
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import MissingMandatoryValue, OmegaConfBaseException

from ksd_eval import extensions
from ksd_eval.config import overriding, photographs
from ksd_eval.config.schema import PageLanguage, PhotographsConfig, Plugin, RunConfig
from ksd_eval.extensions import ConfigError, unknown
from ksd_eval.records import Noise

KINDS = (
    *("judges", "extractors", "references", "matched", "labels", "shares"),
    *("metrics", "claims", "figures"),
)
"""Sections of plug-ins by name."""


RUN_OPTIONS = ("results_dir", "judge_ahead", "pictures")
"""What of the section `execution` is the run's own, and no engine's."""


@dataclass(frozen=True)
class Composed:
    """A configuration that was found to be right.

    Attributes:
        run: Typed.
        plain: The same as plain containers, resolved.
        text: The same as YAML.
        lacking: What was taken out of it because the user has not said where it is, and why.
        parts: The same command line for each experiment that is done in the place of this one.
    """

    run: RunConfig
    plain: Mapping[str, Any]
    text: str
    lacking: Mapping[str, str]
    parts: "tuple[Composed, ...]" = ()


def composed(words: Sequence[str], also: Sequence[Path] = ()) -> Composed:
    """Return the configuration that a command line asks for.

    Args:
        words: `KEY=VALUE` and the like, as Hydra takes them.
        also: Further folders of configuration.

    Raises:
        ConfigError: Something in it is not right; one sentence says what.
    """
    extensions.register()
    ConfigStore.instance().store(name="run_schema", node=RunConfig)
    asked = overriding.parsed(words)
    options = extensions.groups(also)
    chosen = [item for item in asked if item.key_or_group.partition("@")[0] in options]
    for item in chosen:
        _check_choice(item, options)
    if not any(item.key_or_group == "experiment" for item in chosen):
        names = ", ".join(options.get("experiment", [])) or "none"
        raise ConfigError(f"no experiment is named; add experiment=NAME. There are: {names}")
    with _hydra(also) as compose:
        files = [overriding.line(item) for item in chosen]
        known: Any = OmegaConf.to_container(compose([*files, *_drawn(asked)]))
        name, *others = [item.value() for item in chosen if item.key_or_group == "experiment"]
        if others:
            raise ConfigError(
                f"two experiments are named, {name} and {others[0]}; to run them one after "
                f"another: -m experiment={name},{others[0]}"
            )
        more = photographs.files(str(name), known["model"]["draws"], options)
        if more:
            files += more
            known = OmegaConf.to_container(compose(files))
        rest = [overriding.settled(item, known) for item in asked if item not in chosen]
        cfg = compose([*files, *rest])
    found = _checked(cfg)
    return replace(found, parts=tuple(_parts(found.run.parts, words, also)))


def _drawn(asked: Sequence[Override]) -> list[str]:
    """Return what the command line itself says of what the model's pictures are like."""
    return [overriding.line(item) for item in asked if item.key_or_group == "model.draws"]


def _parts(names: Sequence[str], words: Sequence[str], also: Sequence[Path]) -> Iterator[Composed]:
    """Yield the command line for each of several experiments: all but its name stays."""
    others = [word for word in words if word.partition("=")[0] not in ("experiment", "parts")]
    for name in names:
        try:
            yield composed([f"experiment={name}", *others], also)
        except ConfigError as error:
            raise ConfigError(f"of the experiments to do, {name}: {error}") from error


def prompt_set(words: Sequence[str], also: Sequence[Path] = ()) -> tuple[str, dict[str, Any]]:
    """Return the name and the node of the prompt set that a command line asks for.

    Args:
        words: `prompts=NAME`, or `prompts=FILE` for a table of one's own, and its options.
        also: Further folders of configuration.

    Raises:
        ConfigError: There is no such set, or it has no such option.
    """
    extensions.register()
    names = extensions.groups(also).get("prompts", [])
    chosen = [word for word in words if word.partition("=")[0] == "prompts"]
    if len(chosen) != 1:
        raise ConfigError(
            f"name one set, prompts=NAME or prompts=FILE; there are: {', '.join(names)}"
        )
    name = chosen[0].partition("=")[2]
    is_file = name not in names and ("." in name or "/" in name)
    if name not in names and not is_file:
        raise unknown("prompts", name, names)
    asked = overriding.parsed([word for word in words if word not in chosen])
    for item in asked:
        if not item.key_or_group.startswith("prompts."):
            raise unknown("option", item.key_or_group, ["prompts", "prompts.*"])
    with _hydra(also) as compose:
        file = f"prompts/{'table' if is_file else name}"
        known = OmegaConf.to_container(compose([], file))
        cfg = compose([overriding.settled(item, known) for item in asked], file)
        own = OmegaConf.structured(PhotographsConfig)
        OmegaConf.update(cfg, "photographs", own, force_add=True)
        photographs.without(cfg, ())
        node = cfg.prompts
        if is_file:
            node.path = name
        try:
            plain = OmegaConf.to_container(node, resolve=True, throw_on_missing=True)
        except OmegaConfBaseException as error:
            raise ConfigError(f"prompts={name}: {_sentence(error)}") from error
    return name, cast(dict[str, Any], plain)


def models(also: Sequence[Path] = ()) -> dict[str, dict[str, Any] | str]:
    """Return what paints in each file of models: its node, or why it cannot be named alone."""
    extensions.register()
    found: dict[str, dict[str, Any] | str] = {}
    for name in extensions.groups(also).get("model", []):
        try:
            with _hydra(also) as compose:
                node = compose([], f"model/{name}").model.pipeline
                plain = OmegaConf.to_container(node, resolve=True, throw_on_missing=True)
            found[name] = cast(dict[str, Any], plain)
        except ConfigError as error:
            found[name] = str(error)
    return found


@contextmanager
def _hydra(also: Sequence[Path]) -> Iterator[Callable[..., DictConfig]]:
    """Start Hydra, and put what it complains of into one sentence."""
    conf = extensions.own_conf()
    searched = ",".join(f"file://{folder.resolve()}" for folder in also)
    more = [f"hydra.searchpath=[{searched}]"] if also else []
    try:
        with initialize_config_dir(str(conf), job_name="ksd_eval", version_base="1.3"):
            yield lambda overrides, name="config": hydra_compose(name, [*overrides, *more])
    except (HydraException, OmegaConfBaseException) as error:
        raise ConfigError(_sentence(error)) from error


def _sentence(error: Exception) -> str:
    """Return what Hydra says, without its search path and its stack of causes."""
    if isinstance(error, MissingMandatoryValue):
        return f"{error.full_key} is not set, and has no default; give {error.full_key}=VALUE"
    root: BaseException = error
    while root.__cause__ is not None:
        root = root.__cause__
    first = str(root).strip().partition("\n")[0]
    about = str(error).strip().partition("\n")[0]
    return first if root is error or about == first else f"{about.rstrip('.')}: {first}"


def _check_choice(item: Override, options: Mapping[str, list[str]]) -> None:
    """Refuse a file of a group that is not there."""
    group = item.key_or_group.partition("@")[0]
    if item.is_sweep_override():
        line = overriding.line(item)
        raise ConfigError(f"{line!r} names several; to run them one after another, add -m")
    value = item.value()
    if item.is_delete() or not isinstance(value, str) or value not in options[group]:
        raise unknown(group, str(value), options[group])


def _checked(cfg: DictConfig) -> Composed:
    """Return the configuration, with every value there and within its bounds."""
    lacking = photographs.without(cfg, KINDS)
    try:
        run = cast(RunConfig, OmegaConf.to_object(cfg))
        plain = OmegaConf.to_container(cfg, resolve=True, throw_on_missing=True)
    except OmegaConfBaseException as error:
        raise ConfigError(_sentence(error)) from error
    _refuse_others(cast(dict[str, Any], plain), RunConfig, ())
    _check_execution(run.execution)
    least = {"generation.replicates": 1, "generation.batch_shape": 1, "generation.threads": 1}
    least |= {"generation.seed": 0, "analysis.seed": 0, "analysis.resamples": 1}
    least |= {"generation.steps": 1, "generation.guidance": 0, "execution.workers": 1}
    for key, bound in least.items():
        value = OmegaConf.select(cfg, key)
        if value is not None and value < bound:
            raise ConfigError(f"{key}={value} is too small; give {bound} or more")
    if not 0.5 <= run.analysis.level < 1:
        raise ConfigError(f"analysis.level={run.analysis.level} is no level; give .5 to below 1")
    if run.generation.noise not in get_args(Noise):
        raise unknown("generation.noise", run.generation.noise, get_args(Noise))
    if run.report.language not in get_args(PageLanguage):
        raise unknown("report.language", run.report.language, get_args(PageLanguage))
    return Composed(run, cast(dict[str, Any], plain), OmegaConf.to_yaml(cfg, resolve=True), lacking)


def engine_of(execution: Plugin) -> Plugin:
    """Return the node of the engine: the section less what is no engine's."""
    return {key: value for key, value in execution.items() if key not in RUN_OPTIONS}


def _check_execution(execution: Plugin) -> None:
    if execution.get("results_dir") in (None, ""):
        raise ConfigError("execution.results_dir is not set; give execution.results_dir=FOLDER")
    if not isinstance(execution.get("judge_ahead"), bool | None):
        said = execution["judge_ahead"]
        raise ConfigError(f"execution.judge_ahead={said} is neither true, false nor null")
    address = execution.get("pictures")
    if address is not None and "://" not in str(address):
        raise ConfigError(
            f"execution.pictures={address} is no URL; give one such as s3://bucket/pictures, or "
            "execution.results_dir=FOLDER for a folder"
        )
    extensions.check_plugins({"execution": engine_of(execution)})


def _refuse_others(node: Mapping[str, Any], cls: type, above: tuple[str, ...]) -> None:
    """Refuse an option that the schema has not: a `+` before it would let it in, to no effect."""
    for key, value in node.items():
        if key not in (names := [item.name for item in fields(cls)]):
            raise overriding.unknown_option(above, key, dict.fromkeys(names))
        hint = get_type_hints(cls)[key]
        section = next((kind for kind in (hint, *get_args(hint)) if is_dataclass(kind)), None)
        if isinstance(section, type) and isinstance(value, Mapping):
            _refuse_others(value, section, (*above, key))
