"""A trained translator before a model: what the card points to, without the faults of its pipeline.

The community pipeline asks a detector that knows no Korean which language a prompt is in, never
tells mBART the language, and cuts a prompt's last token off. Here Hangul tells the language, the
translator is told it, and nothing is cut.
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from ksd_eval.models import checkpoints, hub, memory, swap
from ksd_eval.models.base import Heavy, Translator
from ksd_eval.needs import Need, one_line

HANGUL: Final = re.compile(
    "[\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\ud7b0-\ud7ff\uffa0-\uffdc]"
)
"""A syllable, or a letter by itself, in any of Unicode's forms."""

LOGGER = logging.getLogger(__name__)


def is_korean(text: str) -> bool:
    """Whether there is Hangul in a text; what else is in it does not matter.

    >>> is_korean("a photo of 의사"), is_korean("a photo of a doctor"), is_korean("医師")
    (True, False, False)
    """
    return HANGUL.search(text) is not None


@dataclass(frozen=True)
class SequenceTranslator(Translator, Heavy):
    """A translation model of transformers, such as mBART-50 or a Marian, by beam search.

    A text without Hangul comes back as it was given. Texts are translated one at a time: in a
    batch, padding changes the last bits of the sums and now and then a word. What was translated
    once is remembered by the process.

    Attributes:
        repo: A folder, or an id on the hub.
        revision: The commit, tag or branch of a hub id.
        source: The code by which the tokenizer knows the language it is given; "" for a model of
            one language.
        target: The same of the language it is to write; "" for a model of one language.
        beams: Hypotheses of the search.
        most_tokens: Length at which a translation that does not end is broken off, and said so.
    """

    repo: str
    revision: str | None = None
    source: str = ""
    target: str = ""
    beams: int = 5
    most_tokens: int = 200

    def identity(self) -> dict[str, Any]:
        """Return a hash of the files and everything else that decides the words.

        Raises:
            FileNotFoundError: The model is not there.
            ModuleNotFoundError: Its tokenizer needs a library that is not installed.
            ValueError: It does not know a language that is named.
        """
        folder = self.folder
        checkpoints.require_readable(folder)
        commit = hub.commit(folder)
        return {
            "translator": self.repo,
            "files": checkpoints.hashed(folder),
            **({"commit": commit} if commit else {}),
            "source": self.source,
            "target": self.target,
            "beams": self.beams,
            "most_tokens": self.most_tokens,
            "versions": {name: version(name) for name in ("torch", "transformers", "tokenizers")},
        }

    def needs(self) -> Sequence[Need]:
        """Return the repository, and what reads its tokenizer if that is not installed."""
        found = swap.need(self.repo, self.revision)
        if not found.ready:
            return [found]
        try:
            checkpoints.require_readable(self.folder)
        except ModuleNotFoundError as error:
            return [found, Need(f"the tokenizer of {self.repo}", one_line(error), stops=True)]
        return [found]

    def __call__(self, texts: Sequence[str]) -> list[str]:
        """Return the English of each text."""
        return [_translated(self, text) if is_korean(text) else text for text in texts]

    def remarks(self) -> Sequence[str]:
        """Return which commit a branch is, and which weights are pickles."""
        folder = self.folder
        return hub.remarks(self.repo, self.revision, folder) + hub.pickled(folder)

    def footprint(self) -> int:
        """Return the bytes of its weights."""
        return memory.of_folder(self.folder, "float32")

    def release(self) -> None:
        """Give the memory of the weights back; translations stay."""
        if _opened.cache_info().currsize:
            _opened.cache_clear()
            memory.give_back()

    @property
    def folder(self) -> Path:
        """Return where its files are."""
        return swap.located(self.repo, self.revision)


@cache
def _translated(translator: SequenceTranslator, text: str) -> str:
    import torch

    model, tokenizer, options = _opened(translator)
    given = tokenizer(text, return_tensors="pt")
    ids = given["input_ids"][0].tolist()
    longest = getattr(model.config, "max_position_embeddings", 1024)
    if len(ids) > longest:
        raise ValueError(
            f"the prompt {text[:40]!r}… is {len(ids)} tokens, and {translator.repo} reads "
            f"{longest}; shorten it"
        )
    if translator.source and tokenizer.convert_tokens_to_ids(translator.source) not in ids:
        raise ValueError(
            f"the tokenizer of {translator.repo} does not tell the language {translator.source!r}; "
            "leave source empty, or give a translator of several languages"
        )
    most = min(translator.most_tokens, longest - 2)
    with torch.no_grad():
        [words] = model.generate(
            **given, do_sample=False, num_beams=translator.beams, max_new_tokens=most, **options
        ).tolist()
    if tokenizer.eos_token_id not in words[1:most]:
        LOGGER.warning("the translation of %r was broken off after %d tokens", text, most)
    return str(tokenizer.decode(words, skip_special_tokens=True)).strip()


@cache
def _opened(translator: SequenceTranslator) -> tuple[Any, Any, dict[str, Any]]:
    """Return the model, its tokenizer, and what `generate` is told of the language to write."""
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

    from ksd_eval.models.silence import silence

    folder = translator.folder
    languages = {"src_lang": translator.source} if translator.source else {}
    with silence():
        try:
            tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, **languages)
        except KeyError as error:
            raise _unknown(translator, str(translator.source), []) from error
        model, told = AutoModelForSeq2SeqLM.from_pretrained(
            folder, dtype="float32", local_files_only=True, output_loading_info=True
        )
    if told["missing_keys"]:
        raise ValueError(
            f"{translator.repo!r} has no weights for {len(told['missing_keys'])} tensors, such as "
            f"{sorted(told['missing_keys'])[0]}; give a translator that was trained"
        )
    # Of old configurations; it would be a second limit of the length.
    options: dict[str, Any] = {"max_length": None}
    if translator.target:
        options["forced_bos_token_id"] = _language(translator, tokenizer, translator.target)
    return model.eval(), tokenizer, options


def _language(translator: SequenceTranslator, tokenizer: Any, code: str) -> int:  # noqa: ANN401
    number = tokenizer.get_vocab().get(code)
    if number is None:
        pattern = re.compile("[a-z]{2}_[A-Z]{2}")
        raise _unknown(translator, code, sorted(filter(pattern.fullmatch, tokenizer.get_vocab())))
    return int(number)


def _unknown(translator: SequenceTranslator, code: str, known: Sequence[str]) -> ValueError:
    there = f"it has: {', '.join(known)}" if known else "see its card for the codes that it has"
    return ValueError(f"{translator.repo} knows no language {code!r}; {there}")
