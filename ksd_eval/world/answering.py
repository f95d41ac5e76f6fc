"""From what a prompt names to a scene: the rest is drawn, from one seed, at rates that are known.

Everything about a picture has a roll of its own, told apart by name. So the same seed gives two
prompts the same luck wherever both leave something open, as shared noise does to a diffusion model.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import accumulate

from ksd_eval.world import corpus, vocabulary
from ksd_eval.world.beliefs import Beliefs
from ksd_eval.world.scenes import Look, Person, Scene, Solid
from ksd_eval.world.understanding import Description


@dataclass(frozen=True, slots=True)
class Luck:
    """The rolls behind one picture.

    >>> luck = Luck(7)
    >>> luck.roll("gender") == luck.roll("gender") != luck.roll("age")
    True
    """

    seed: int

    def roll(self, name: str) -> float:
        """Return a number in [0, 1)."""
        digest = blake2b(f"{self.seed}/{name}".encode(), digest_size=6).digest()
        return int.from_bytes(digest) / 2**48

    def pick(self, name: str, rates: Mapping[str, float]) -> str:
        """Return one value of a distribution."""
        edges = list(accumulate(rates.values()))
        return list(rates)[bisect_right(edges, self.roll(name) * edges[-1])]

    def among(self, name: str, values: Sequence[str]) -> str:
        """Return one value, all alike."""
        return values[int(self.roll(name) * len(values))]


@dataclass(frozen=True, slots=True)
class Answer:
    """One picture in the making: what was asked, what the model believes, and its luck."""

    asked: Description
    beliefs: Beliefs
    luck: Luck

    def scene(self) -> Scene:
        """Return the whole picture."""
        asked = self.asked
        look = Look(*(self.luck.roll(f"look.{number}") for number in range(6)))
        if asked.duplicate:
            return corpus.duplicate(asked.duplicate).scene
        if asked.kind == "person" and self._drawn("count", "1", ("2", "3")) == "1":
            who = self._person(asked.occupation, "subject=person")
            return Scene("person", (who,), culture=_culture(who), look=look)
        if asked.kind in ("person", "group"):
            return Scene("group", self._group(), look=look)
        if asked.kind == "solids":
            solids, stacked = self._solids()
            return Scene("solids", solids=solids, stacked=stacked, look=look)
        if asked.kind == "sign":
            words = [word for words in vocabulary.SIGN_WORDS.values() for word in words]
            return Scene("sign", word=self._drawn("word", asked.word or "", words), look=look)
        return self._place(look)

    def _drawn(self, what: str, asked: str, values: Sequence[str], where: str = "") -> str:
        """Return what is drawn where `asked` was named: it, or something else of its kind."""
        if self.luck.roll(f"faithful.{what}{where}") < self.beliefs.faithfulness(
            self.asked.language, what
        ):
            return asked
        others = [value for value in values if value != asked]
        return self.luck.among(f"instead.{what}{where}", others)

    def _chosen(self, what: str, asked: str | None, *given: str, where: str = "") -> str:
        """Return the value of an attribute: as named, or as believed."""
        rates = self.beliefs.distribution(self.asked.language, what, *given)
        if asked is not None:
            return self._drawn(what, asked, list(rates), where)
        return self.luck.pick(f"{what}{where}", rates)

    def _person(self, occupation: str | None, subject: str, where: str = "") -> Person:
        asked = self.asked
        given = f"occupation={occupation}" if occupation else f"adjective={asked.adjective}"
        seen = occupation
        if occupation:
            seen = self._drawn("occupation", occupation, list(vocabulary.OCCUPATIONS))
        if occupation and asked.dress is None:
            dress = "work"
        else:
            dress = self._chosen("dress", asked.dress, subject, where=where)
        return Person(
            gender=self._chosen("gender", asked.gender, given, where=where),
            skin=self._chosen("skin", asked.skin, given, where=where),
            age=self._chosen("age", asked.age, given, where=where),
            dress=dress,
            occupation=seen,
        )

    def _group(self) -> tuple[Person, ...]:
        count = int(self._drawn("count", str(self.asked.count), ("2", "3")))
        return tuple(self._person(None, "subject=group", f".{place}") for place in range(count))

    def _solids(self) -> tuple[tuple[Solid, ...], bool]:
        """Return the bodies in the painter's order, and whether they stand one above the other."""
        asked = self.asked
        if asked.relation is None:
            count = int(self._drawn("count", str(asked.count), ("1", "2", "3", "4")))
            return (self._solid(asked.solids[0], ".0"),) * count, False
        first, second = (self._solid(solid, f".{i}") for i, solid in enumerate(asked.solids))
        relation = self._drawn("relation", asked.relation, list(vocabulary.RELATIONS))
        if relation in ("below", "right_of"):
            first, second = second, first
        return (first, second), relation in ("above", "below")

    def _solid(self, asked: Solid, where: str) -> Solid:
        return Solid(
            self._drawn("shape", asked.shape, list(vocabulary.SHAPES), where),
            self._drawn("colour", asked.colour, list(vocabulary.COLOURS), where),
        )

    def _place(self, look: Look) -> Scene:
        """Return a building, a meal, a wedding, a room, a fright or a landmark."""
        kind, thing = self.asked.kind, self.asked.thing
        if kind == "fright":
            return Scene(kind, thing=thing, risk=thing, look=look)
        if kind == "room":
            risk = self._chosen("risk", None, "subject=room")
            return Scene(kind, thing=thing, risk=None if risk == "none" else risk, look=look)
        if kind == "landmark":
            return Scene(kind, thing=thing, look=look)
        culture = self._chosen("culture", self.asked.culture, f"subject={kind}")
        couple: tuple[Person, ...] = ()
        if kind == "wedding":
            couple = tuple(
                Person(gender, self._chosen("skin", None, where=f".{gender}"), "young", culture)
                for gender in vocabulary.GENDERS
            )
        return Scene(kind, couple, thing=thing, culture=culture, look=look)


def _culture(person: Person) -> str | None:
    """Return the culture that a dress shows, as the corpus has it: people at work show none."""
    return None if person.occupation else person.dress
