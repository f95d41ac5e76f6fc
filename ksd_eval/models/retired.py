"""Pipelines that diffusers has retired but still has: AltDiffusion, and others of its time.

Checkpoints name the module that a component's class is in as it was called then (`alt_diffusion`),
where diffusers no longer looks. Imports diffusers, so it is imported only to load.
"""

from importlib import import_module

from diffusers import pipelines


def restore(name: str) -> None:
    """Let a component be found in a retired module under its old name, if there is one of it."""
    if name.isidentifier() and not hasattr(pipelines, name):
        try:
            module = import_module(f"diffusers.pipelines.deprecated.{name}")
        except ModuleNotFoundError:
            return  # diffusers says better than we could what it does not know
        setattr(pipelines, name, module)
