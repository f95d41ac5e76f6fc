"""What every plug-in promises, asked of each as soon as its file exists.

A plug-in is what a YAML file names by `_target_`: a public class in one of the plug-in packages
that can be called, or that paints.
"""

import dataclasses
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator

import pytest

from ksd_eval import extensions

PROTOCOLS = {
    "prompts": ("PromptSource",),
    "models": ("Model", "Translator"),
    "judges": ("Judge", "Extractor", "Reference"),
    "metrics": ("Metric",),
    "labels": ("LabelSource",),
    "shares": ("ShareSource",),
    "studies": ("Study",),
    "reports": ("Figure",),
    "execution": ("Engine",),
}
"""The plug-in packages, and the protocols that their `base` module declares."""

VERBS = ("__call__", "paint")


def protocols(package: str) -> list[type]:
    """Return the protocols of a plug-in package."""
    base = importlib.import_module(f"ksd_eval.{package}.base")
    return [getattr(base, name) for name in PROTOCOLS[package]]


def defines(cls: type, name: str) -> bool:
    """Whether a class, or one that it inherits from, says how to do something."""
    return any(name in vars(ancestor) for ancestor in cls.__mro__)


def modules(package: str) -> Iterator[object]:
    """Import and yield every module of a plug-in package but `base`."""
    home = importlib.import_module(f"ksd_eval.{package}")
    for found in pkgutil.walk_packages(home.__path__, f"{home.__name__}."):
        if not found.name.endswith((".base", ".__main__")):
            yield importlib.import_module(found.name)


def plugins(package: str) -> list[type]:
    """Return the plug-ins of a package, each from the module that defines it."""
    return [
        cls
        for module in modules(package)
        for name, cls in inspect.getmembers(module, inspect.isclass)
        if cls.__module__ == module.__name__
        and not name.startswith("_")
        and any(defines(cls, verb) for verb in VERBS)
    ]


def promised(cls: type, protocol: type) -> set[str]:
    """Return the methods that a protocol asks for."""
    return {name for name, member in vars(protocol).items() if inspect.isfunction(member)} - {
        "__init__",
        "__subclasshook__",
    }


def targets() -> list[str]:
    """Return every class that a file of our configuration names."""
    files = sorted(extensions.own_conf().rglob("*.yaml"))
    texts = [path.read_text(encoding="utf-8") for path in files]
    return sorted({target for text in texts for target in re.findall(r"_target_: (\S+)", text)})


PLUGINS = [(package, cls) for package in PROTOCOLS for cls in plugins(package)]
each_plugin = pytest.mark.parametrize(
    ("package", "cls"), PLUGINS, ids=lambda value: getattr(value, "__qualname__", value)
)


@pytest.mark.parametrize("package", PROTOCOLS)
def test_every_package_has_a_plugin(package):
    assert [cls for home, cls in PLUGINS if home == package]


@each_plugin
def test_a_plugin_is_a_frozen_dataclass(package, cls):
    assert dataclasses.is_dataclass(cls)
    assert cls.__dataclass_params__.frozen


@each_plugin
def test_a_plugin_says_what_it_does(package, cls):
    # A dataclass without a docstring is given one that repeats its signature.
    assert cls.__doc__
    assert not cls.__doc__.startswith(f"{cls.__name__}(")


@each_plugin
def test_a_plugin_keeps_a_protocol_of_its_package(package, cls):
    assert not inspect.isabstract(cls)
    assert any(
        all(defines(cls, name) for name in promised(cls, protocol))
        for protocol in protocols(package)
    ), f"{cls.__qualname__} keeps none of {PROTOCOLS[package]}"


@each_plugin
def test_a_plugin_annotates_its_fields_and_its_verb(package, cls):
    verb = next(getattr(cls, name) for name in reversed(VERBS) if defines(cls, name))
    signature = inspect.signature(verb)
    assert signature.return_annotation is not inspect.Signature.empty
    unannotated = [
        name
        for name, parameter in signature.parameters.items()
        if name != "self" and parameter.annotation is inspect.Parameter.empty
    ]
    assert unannotated == []


@pytest.mark.parametrize("target", targets())
def test_what_configuration_names_is_a_frozen_dataclass_that_says_what_it_does(target):
    module, _, name = target.rpartition(".")
    cls = getattr(importlib.import_module(module), name)
    assert cls.__module__ == module, "named by the file that defines it"
    assert cls.__dataclass_params__.frozen
    assert not cls.__doc__.startswith(f"{name}(")
