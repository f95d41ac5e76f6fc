"""What a source of prompt pairs promises, and what every set of them has in common."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Protocol, runtime_checkable

from ksd_eval.prompts import korean
from ksd_eval.prompts.forms import perturbed
from ksd_eval.prompts.perturbations import PERTURBATIONS
from ksd_eval.records import PromptPair


class PromptError(ValueError):
    """A prompt set that cannot be used; the message is one clear sentence with the cure."""


@runtime_checkable
class PromptSource(Protocol):
    """Anything that yields prompt pairs; a frozen dataclass named by a `_target_`."""

    @abstractmethod
    def __call__(self) -> Sequence[PromptPair]:
        """Return the pairs in a stable order, each `pair_id` once.

        Raises:
            PromptError: The set cannot be used; one sentence says what, where and the cure.
        """
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """A set as it stands in its files.

    Attributes:
        pairs: With where each stands, such as "mine.csv, line 3"; texts as they are there.
        notes: What was noticed while reading, a sentence each.
    """

    pairs: Sequence[tuple[str, PromptPair]]
    notes: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class PromptSet(PromptSource):
    """Prompt pairs from files: read, checked, and some of them kept.

    Texts are stripped of blanks at the ends and brought into Unicode's composed form (NFC), so that
    Hangul from a Mac and from Windows is one and the same.

    Attributes:
        keep: Attribute, and the value or values of the pairs to keep. `{kind: occupation}` keeps
            the occupations; pairs without the attribute are not kept. None asks nothing of it.
        limit: How many pairs at most, the first of those kept; None: all.
        perturb: Names of `perturbations.PERTURBATIONS`; each pair is followed by its changed forms.
            Metrics take forms for prompts of their own, unless they keep `perturbation: none`.
    """

    keep: Mapping[str, str | Sequence[str] | None] = field(
        default_factory=dict[str, str | Sequence[str] | None]
    )
    limit: int | None = None
    perturb: Sequence[str] = ()

    repeats: ClassVar[bool] = False
    """Whether a pair may stand in the files more than once, of which the first is kept."""

    def __post_init__(self) -> None:
        """Refuse a limit that leaves nothing."""
        if self.limit is not None and self.limit < 1:
            raise PromptError(f"limit is {self.limit}; give 1 or more, or leave it out to keep all")
        unknown = [name for name in self.perturb if name not in PERTURBATIONS]
        if unknown:
            raise PromptError(
                f"perturb names {', '.join(unknown)}; there are: {', '.join(PERTURBATIONS)}"
            )

    @abstractmethod
    def read(self) -> Reading:
        """Return the set as it stands in its files.

        Raises:
            PromptError: A file cannot be used; the message names the line and the cure.
        """
        ...

    def __call__(self) -> Sequence[PromptPair]:
        """Return the pairs.

        Raises:
            PromptError: If the set cannot be used; the message names the line and the cure.
        """
        pairs = self._chosen(self.read())
        return perturbed(pairs, self.perturb) if self.perturb else pairs

    def raw(self) -> Reading:
        """Return the pairs that a call returns, with their texts as they stand in the files."""
        reading = self.read()
        standing = {pair.pair_id: (where, pair) for where, pair in reversed(reading.pairs)}
        pairs = []
        for pair in self._chosen(reading):
            where, raw = standing[pair.pair_id]
            pairs.append((where, replace(pair, ko=raw.ko, en=raw.en)))
        return Reading(pairs, reading.notes)

    def _chosen(self, reading: Reading) -> Sequence[PromptPair]:
        kept = _each_once([(where, tidied(pair)) for where, pair in reading.pairs], self.repeats)
        attributes = {name for pair in kept for name in pair.attributes}
        for name, wanted in self.keep.items():
            if wanted is not None:
                kept = _kept(kept, name, _values(wanted), attributes)
        return kept[: self.limit]


def tidied(pair: PromptPair) -> PromptPair:
    """Return a pair with its texts composed and stripped, those of its attributes too."""
    attributes = {name: _tidy(value) for name, value in pair.attributes.items()}
    return PromptPair(pair.pair_id, _tidy(pair.ko), _tidy(pair.en), attributes)


def _tidy(text: str) -> str:
    return korean.composed(text).strip()


def _kept(
    pairs: Sequence[PromptPair], name: str, wanted: Sequence[str], attributes: set[str]
) -> list[PromptPair]:
    if name not in attributes:
        known = ", ".join(sorted(attributes)) or "none"
        raise PromptError(f"keep names the attribute {name!r}; the prompts have: {known}")
    present = {pair.attributes.get(name, "") for pair in pairs} - {""}
    missing = [value for value in wanted if value not in present]
    if missing or not wanted:
        asked = ", ".join(map(repr, missing)) or "of no value"
        raise PromptError(
            f"keep asks for {name} {asked}; "
            f"the pairs left to choose from have: {', '.join(sorted(present)) or 'none'}"
        )
    return [pair for pair in pairs if pair.attributes.get(name) in wanted]


def _values(wanted: str | Sequence[str]) -> list[str]:
    """Return one or several values as a list of strings; a configuration may bring numbers."""
    if isinstance(wanted, Sequence) and not isinstance(wanted, str):
        return [str(value) for value in wanted]
    return [str(wanted)]


def _each_once(rows: Sequence[tuple[str, PromptPair]], repeats: bool) -> list[PromptPair]:
    """Return the pairs, each once; refuse repeats, or pass over them."""
    places: dict[tuple[str, ...], str] = {}
    kept = []
    for where, pair in rows:
        keys = {
            (pair.pair_id,): f"pair_id {pair.pair_id!r}",
            (pair.ko, pair.en): f"the pair {pair.ko!r} and {pair.en!r}",
        }
        known = [key for key in keys if key in places]
        if known and not repeats:
            raise PromptError(
                f"{where}: {keys[known[0]]} stands in {_shortly(places[known[0]])} already; "
                "every pair must be there once, ask for replicates to draw it more often"
            )
        if not known:
            places |= dict.fromkeys(keys, where)
            kept.append(pair)
    return kept


def _shortly(where: str) -> str:
    """Return a place within its file."""
    return where.rpartition(", ")[2]
