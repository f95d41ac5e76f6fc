"""Another tokenizer and text encoder in a Stable Diffusion: how the Korean model was made."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ksd_eval.models import checkpoints, hub
from ksd_eval.models.base import Change
from ksd_eval.needs import Need, one_line

CONFIG: Final = "config.json"
"""The file that makes a folder a model of transformers."""


OWN: Final = re.compile(r"(embeddings\.(token|position)_embedding|encoder|final_layer_norm)\.")
"""Names of a text tower's weights."""


@dataclass(frozen=True)
class TextEncoder(Change):
    """The tokenizer and the text tower of a CLIP, in place of a pipeline's own.

    The repository may hold a whole `CLIPModel`, of which the text tower with its last norm is
    taken, or a `CLIPTextModel`. Its layout is flat: weights, configuration and vocabulary side by
    side.

    Attributes:
        repo: A folder, or an id on the hub: "Bingsu/clip-vit-large-patch14-ko".
        revision: The commit, tag or branch of a hub id.
        published: A checkpoint of which it is said that it was made in this way; where it is on
            this disk, the two text encoders are compared tensor by tensor and the answer is said.
        published_revision: The commit, tag or branch of that.
    """

    repo: str
    revision: str | None = None
    published: str = ""
    published_revision: str | None = None

    def replaced(self) -> Mapping[str, Path]:
        """Return the one folder, for both."""
        return dict.fromkeys(("text_encoder", "tokenizer"), self._folder)

    def identity(self) -> dict[str, Any]:
        """Return a hash of its files, and its commit where it is of the hub."""
        folder = self._folder
        commit = hub.commit(folder)
        return {
            "text_encoder": checkpoints.hashed(folder),
            **({"commit": commit} if commit else {}),
        }

    def needs(self) -> Sequence[Need]:
        """Return the repository that the tower and the tokenizer are from."""
        return [need(self.repo, self.revision)]

    def parts(self, dtype: str) -> Mapping[str, Any]:
        """Return tokenizer and text tower.

        Raises:
            ValueError: The weights are not those of a CLIP's text tower: some would be random.
        """
        import torch
        from transformers import CLIPTextModel, CLIPTokenizer

        tower, told = CLIPTextModel.from_pretrained(
            self._folder,
            dtype=getattr(torch, dtype),
            local_files_only=True,
            output_loading_info=True,
        )
        missing = sorted(told["missing_keys"])
        if missing:
            raise ValueError(
                f"{self.repo!r} has no weights for {len(missing)} tensors of a text tower, such as "
                f"{missing[0]}; give a CLIP that was trained"
            )
        return {
            "text_encoder": tower.eval(),
            "tokenizer": CLIPTokenizer.from_pretrained(self._folder, local_files_only=True),
        }

    def apply(self, pipeline: Any) -> None:  # noqa: ANN401
        """Do nothing: the pipeline was put together with the parts."""

    def remarks(self) -> Sequence[str]:
        """Return how it compares with the published checkpoint, where that is on this disk."""
        said = hub.remarks(self.repo, self.revision, self._folder) + hub.pickled(self._folder)
        folder = self._published
        if folder is None:
            return said
        ours, theirs = tensors(self._folder), tensors(folder / "text_encoder")
        unlike = sorted(name for name in ours if ours[name] != theirs.get(name))
        unlike += sorted(theirs.keys() - ours)
        if not unlike:
            return [
                *said,
                f"the text encoder of {self.repo} is that of {self.published}: "
                f"all {len(ours)} tensors are equal",
            ]
        return [
            *said,
            f"the text encoder of {self.repo} is not that of {self.published}: {len(unlike)} of "
            f"{len(ours.keys() | theirs.keys())} tensors are unlike, the first {unlike[0]}",
        ]

    @property
    def _folder(self) -> Path:
        return located(self.repo, self.revision)

    @property
    def _published(self) -> Path | None:
        if not self.published:
            return None
        if Path(self.published).is_dir():
            return Path(self.published)
        return hub.cached(self.published, self.published_revision, checkpoints.INDEX)


def located(repo: str, revision: str | None) -> Path:
    """Return the folder of a model of transformers, fetched from the hub if it is an id there.

    Raises:
        FileNotFoundError: It is not there; one sentence says what, and the cure.
        ValueError: If a hub id comes without its revision.
    """
    folder = Path(repo).expanduser()
    if folder.is_dir():
        whole(folder)
        return folder
    if not hub.REPOSITORY.fullmatch(repo):
        raise FileNotFoundError(
            f"repo {repo!r} is no folder; give a folder that exists, or owner/name on the hub"
        )
    return hub.snapshot(hub.current(repo), revision, CONFIG, _needed, whole)


def need(repo: str, revision: str | None) -> Need:
    """Return whether a model of transformers is there and whole, without asking the network."""
    folder = Path(repo).expanduser()
    if not folder.is_dir() and hub.REPOSITORY.fullmatch(repo):
        return hub.need(repo, revision, CONFIG, whole)
    try:
        located(repo, revision)
    except (OSError, ValueError) as error:
        return Need(repo, one_line(error), stops=True)
    return Need(repo, stops=True, size=hub.size(folder))


def _needed(_: Path, names: Sequence[str]) -> list[str]:
    return hub.opened(name for name in names if "/" not in name)


def whole(folder: Path) -> None:
    """Refuse a folder that lacks a configuration or weights.

    Raises:
        FileNotFoundError: What it lacks is named.
    """
    missing = [] if (folder / CONFIG).is_file() else [CONFIG]
    missing += hub.lacking(folder) or ([] if hub.weights(folder) else ["weights"])
    if missing:
        raise FileNotFoundError(
            f"{folder} lacks {missing[0]}, so no model of transformers can be loaded from it; "
            "fetch it anew, or name the folder that save_pretrained wrote"
        )


def tensors(folder: Path) -> dict[str, str]:
    """Return a hash of every tensor of a CLIP's text tower, whatever file it rests in.

    Names are those of the tower alone; what is no weight (position ids) and what is not the tower's
    (an image tower, projections) is left out. A hash is of shape, type and bytes.
    """
    found = {}
    for file in hub.weights(folder):
        for name, tensor in _read(file).items():
            own = name.removeprefix("text_model.")
            if OWN.match(own):
                digest = hashlib.sha256(f"{tensor.dtype} {list(tensor.shape)}".encode())
                digest.update(tensor.contiguous().flatten().view(_bytes()).numpy())
                found[own] = digest.hexdigest()
    return found


def _bytes() -> Any:  # noqa: ANN401  a torch.dtype, and torch is not imported to say so
    import torch

    return torch.uint8


def _read(file: Path) -> Mapping[str, Any]:
    import torch
    from safetensors.torch import load_file

    if file.suffix == ".safetensors":
        return load_file(file)
    if file.suffix == ".bin":
        state: Mapping[str, Any] = torch.load(file, map_location="cpu", weights_only=True)
        return state
    return {}
