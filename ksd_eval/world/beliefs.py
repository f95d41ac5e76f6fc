"""What a planted model takes for granted, by language: the world's table and a caller's changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, get_args

from ksd_eval.records import Language
from ksd_eval.world import planted

Shares = Mapping[str, float]
"""Value, share."""

NAMED: Final = (
    *("occupation", "gender", "skin", "age", "dress", "culture"),
    *("shape", "colour", "relation", "count", "word"),
)
"""What a prompt can name and a model can get wrong."""


@dataclass(frozen=True)
class Beliefs:
    """The rates at which a planted model draws, which are the truth about it.

    >>> beliefs = Beliefs(shift={"ko": {"woman": 0.15}})
    >>> round(beliefs.distribution("ko", "gender", "occupation=doctor")["woman"], 9)
    0.35
    >>> beliefs.distribution("en", "gender", "occupation=doctor")["woman"]
    0.2

    Attributes:
        shift: Language, value, points of share added, in [-1, 1].
        rates: Language, what, given, value, share, as the columns of `planted.csv`.
        faithful: Language, what, share of pictures that show it as named.
    """

    shift: Mapping[str, Shares] = field(default_factory=dict[str, Shares])
    rates: Mapping[str, Mapping[str, Mapping[str, Shares]]] = field(
        default_factory=dict[str, Mapping[str, Mapping[str, Shares]]]
    )
    faithful: Mapping[str, Shares] = field(default_factory=dict[str, Shares])

    def __post_init__(self) -> None:
        """Refuse what is misspelt, or no share; keep the rest as plain dictionaries."""
        for name in ("shift", "rates", "faithful"):
            object.__setattr__(self, name, _plain(getattr(self, name)))
            _known(f"{name}: language", getattr(self, name), get_args(Language))
        everything = {value for row in planted.table().values() for value in row}
        for language, shares in self.shift.items():
            _known(f"shift.{language}: value", shares, everything)
            _within(f"shift.{language}", shares, -1)
        for language, shares in self.faithful.items():
            _known(f"faithful.{language}: attribute", shares, NAMED)
            _within(f"faithful.{language}", shares, 0)
        for language in self.rates:
            self._check_rates(language)

    def _check_rates(self, language: str) -> None:
        name = f"rates.{language}"
        for what, rows in self.rates[language].items():
            _known(f"{name}: what", [what], {known for known, _ in planted.table()})
            values = {
                value for key, row in planted.table().items() if key[0] == what for value in row
            }
            _known(f"{name}.{what}: given", rows, {given for _, given in planted.table()})
            for given, shares in rows.items():
                _known(f"{name}.{what}.{given}: value", shares, values)
                _within(f"{name}.{what}.{given}", shares, 0)
                if sum(shares.values()) > 1 + 1e-9:
                    total = sum(shares.values())
                    raise ValueError(f"{name}.{what}.{given} adds up to {total:g}; give at most 1")

    def distribution(self, language: Language, what: str, *given: str) -> Shares:
        """Return the rates of `what`, under the first condition that is known."""
        changed = self.rates.get(language, {}).get(what, {})
        for condition in (*given, ""):
            if condition in changed or (what, condition) in planted.table():
                row = planted.rates(what, condition)
                row = with_shares(row, changed.get(condition, {}))
                shift = self.shift.get(language, {})
                return with_shares(row, {v: row[v] + shift[v] for v in row if v in shift})
        raise KeyError(f"planted.csv has no row for {what!r} given {given!r} or given nothing")

    def faithfulness(self, language: Language, what: str) -> float:
        """Return how often `what` is drawn as a prompt names it, in [0, 1]."""
        return self.faithful.get(language, {}).get(what, 1.0)


def with_shares(row: Shares, wanted: Shares) -> Shares:
    """Return a distribution with some of its shares set; the others give way in proportion.

    Shares are kept within [0, 1], and together within 1.

    >>> with_shares({"a": 0.5, "b": 0.25, "c": 0.25}, {"a": 0.8})
    {'a': 0.8, 'b': 0.1, 'c': 0.1}
    >>> with_shares({"woman": 0.9, "man": 0.1}, {"woman": 1.1})
    {'woman': 1.0, 'man': 0.0}
    """
    kept = {value: min(1.0, max(0.0, share)) for value, share in wanted.items()}
    total = sum(kept.values())
    rest = {value: share for value, share in row.items() if value not in kept}
    if total > 1 or not rest:
        kept, total = {value: share / total for value, share in kept.items()}, 1.0
    spread = sum(rest.values())
    left = {
        value: (1 - total) * (share / spread if spread else 1 / len(rest))
        for value, share in rest.items()
    }
    # Rounded, so that .1 + .2 is .3 and a share can be read; 12 places are far below any luck.
    return {value: round((kept | left)[value], 12) for value in row}


def _plain(given: Mapping[Any, Any]) -> dict[str, Any]:
    """Return dictionaries of strings, whatever sort of mapping a configuration brought."""
    return {
        str(key): _plain(value) if isinstance(value, Mapping) else value
        for key, value in given.items()
    }


def _known(name: str, given: Iterable[str], allowed: Iterable[str]) -> None:
    for value in given:
        if value not in allowed:
            choice = ", ".join(sorted(allowed))
            raise ValueError(f"{name} {value!r} is unknown; choose from {choice}")


def _within(name: str, shares: Shares, lowest: int) -> None:
    for value, share in shares.items():
        if not lowest <= share <= 1:
            raise ValueError(f"{name}.{value} is {share}; give a share from {lowest} to 1")
