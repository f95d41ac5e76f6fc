"""Low-rank changes (LoRA) on top of a pipeline's weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from ksd_eval.models import checkpoints, hub
from ksd_eval.models.base import Change
from ksd_eval.needs import Need, one_line

NAME: Final = "pytorch_lora_weights.safetensors"
"""The file that diffusers' `save_lora_weights` writes."""


@dataclass(frozen=True)
class Lora(Change):
    """A LoRA as diffusers or kohya's scripts write it, for the denoiser, the text encoder or both.

    It stays beside the weights and is not fused into them.

    Attributes:
        path: A file, a folder that holds one, or an id on the hub.
        revision: The commit, tag or branch of a hub id.
        weight_name: The file within a folder or a repository.
        scale: How strongly it is added: 1 as it was trained, 0 not at all.
    """

    path: str
    revision: str | None = None
    weight_name: str = NAME
    scale: float = 1.0

    def replaced(self) -> Mapping[str, Path]:
        """Return nothing: it is added."""
        return {}

    def identity(self) -> dict[str, Any]:
        """Return a hash of the file and how strongly it is added.

        Raises:
            FileNotFoundError: It is not there.
            ModuleNotFoundError: The library that adds it is not installed.
        """
        if find_spec("peft") is None:
            raise ModuleNotFoundError(
                "a LoRA needs the library peft: pip install 'ksd-eval[systems]'"
            )
        file = self._file
        commit = hub.commit(file.parent)
        return {
            "lora": checkpoints.digest(file),
            "scale": self.scale,
            "versions": {"peft": version("peft")},
            **({"commit": commit} if commit else {}),
        }

    def needs(self) -> Sequence[Need]:
        """Return the library that adds it, and its file."""
        library = Need("peft", stops=True)
        if find_spec("peft") is None:
            install = "`pip install 'ksd-eval[systems]'`"
            library = Need("peft", "it is not installed", install, stops=True)
        if hub.REPOSITORY.fullmatch(self.path) and not Path(self.path).expanduser().exists():
            of_hub = hub.need(self.path, self.revision, self.weight_name, lambda _: None)
            return [library, of_hub]
        try:
            found = Need(self.path, stops=True, size=self._file.stat().st_size)
        except FileNotFoundError as error:
            found = Need(self.path, one_line(error), stops=True)
        return [library, found]

    def parts(self, dtype: str) -> Mapping[str, Any]:
        """Return nothing: it replaces no component."""
        return {}

    def apply(self, pipeline: Any) -> None:  # noqa: ANN401
        """Add it to every layer that it is for.

        Raises:
            ValueError: The pipeline can take no LoRA, or has a place for none of its layers.
        """
        file = self._file
        if not hasattr(pipeline, "load_lora_weights"):
            raise ValueError(
                f"{type(pipeline).__name__} takes no LoRA; choose a pipeline that does"
            )
        pipeline.load_lora_weights(file.parent, weight_name=file.name, adapter_name="lora")
        if not pipeline.get_list_adapters():
            raise ValueError(
                f"{file} holds no layer that {type(pipeline).__name__} has a place for; "
                "give a LoRA that was trained for this denoiser or text encoder"
            )
        pipeline.set_adapters("lora", self.scale)

    def remarks(self) -> Sequence[str]:
        """Return nothing."""
        return []

    @property
    def _file(self) -> Path:
        path = Path(self.path).expanduser()
        if path.is_file():
            return path
        if path.is_dir():
            if not (path / self.weight_name).is_file():
                raise FileNotFoundError(
                    f"{path} holds no {self.weight_name}; name the file by weight_name"
                )
            return path / self.weight_name
        if not hub.REPOSITORY.fullmatch(self.path):
            raise FileNotFoundError(
                f"path {self.path!r} is neither file nor folder; give one, or owner/name on the hub"
            )
        folder = hub.snapshot(
            self.path, self.revision, self.weight_name, lambda _, names: [], lambda _: None
        )
        return folder / self.weight_name
