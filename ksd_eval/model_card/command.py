"""`python -m ksd_eval model-card run=FOLDER`: from a finished run to a card of its model."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import ModelCard

from ksd_eval import store, usage
from ksd_eval.exporting.card import is_own
from ksd_eval.loading import Run, load_run
from ksd_eval.model_card.measured import model_of
from ksd_eval.model_card.writing import CardError as CardError
from ksd_eval.model_card.writing import results_of, written


@dataclass(frozen=True, slots=True)
class Options:
    """What the card is of, and where it goes.

    Attributes:
        run: Folder of a finished run.
        card: File of the model's present card; empty: it has none.
        to: The file; empty: `model-card.<language>.md` in the run's folder.
        push: The model on the hub at which to open it as a pull request, which must be the one
            that was measured; empty: nowhere.
        language: "en" or "ko".
    """

    run: str = ""
    card: str = ""
    to: str = ""
    push: str = ""
    language: str = "en"


def model_card(words: Sequence[str]) -> int:
    """Write the card that the command line asks for, say where it is, and return 0.

    Raises:
        ConfigError: A word is no option.
        CardError: The given card cannot be read, or the pull request cannot be opened, or it is
            asked for at another model than was measured.
        StoreError: The run cannot be read, or the file not written.
    """
    options = Options(**usage.options("model-card", words, Options, needed=("run",)))
    if options.push and not options.card:
        raise CardError(
            "push needs the model's present card, as its other sections would be lost: "
            "card=README.md"
        )
    run = load_run(options.run)
    if options.push:
        _check_target(run, options.push)
    card = written(run, _given(options.card), options.language)
    path = Path(options.to or run.folder / f"model-card.{options.language}.md")
    store.write_text(path, str(card))
    sys.stdout.write(f"the card, with {len(results_of(card))} results: {path}\n")
    if options.push:
        sys.stdout.write(f"the pull request: {_pushed(card, options.push, path)}\n")
    return 0


def _given(path: str) -> str:
    if not path:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text in UTF-8"
        raise CardError(f"the card {path!r} cannot be read ({reason}); name a file by card=") from (
            error
        )


def _check_target(run: Run, repo: str) -> None:
    """Refuse to tell of one model what was measured of another.

    Raises:
        CardError: The run's model is not what stands in that repository.
    """
    pipeline = (run.config.get("model") or {}).get("pipeline") or {}
    changes = list((pipeline.get("changes") or {}).values())
    # A LoRA is a model of its own; with other changes it is nobody's.
    measured = changes[0].get("path") if len(changes) == 1 else pipeline.get("repo")
    if is_own(run) or len(changes) > 1 or measured != repo:
        raise CardError(
            f"{run.name} measured {model_of(run)} and not {repo!r}; push to the model that was "
            "measured as it stands on the hub, or leave push out"
        )


def _pushed(card: ModelCard, repo: str, path: Path) -> str:
    """Open a card as a pull request, and return its address.

    Raises:
        CardError: The hub cannot be reached, or refuses it.
    """
    message = "Measure what the card admits, with ksd_eval"
    try:
        return str(card.push_to_hub(repo, create_pr=True, commit_message=message))
    except Exception as error:  # whatever the network, the hub or its client come up with
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise CardError(
            f"the pull request at {repo!r} could not be opened ({reason}); see to the network and "
            f"to `hf auth login`, or paste {path} there by hand"
        ) from error
