"""What came out of changed wordings, in sentences."""

from collections.abc import Iterator, Sequence

from ksd_eval.records import Estimate
from ksd_eval.reports import numerals
from ksd_eval.reports.kinds import FORMS, kind_of
from ksd_eval.reports.words import Words

EFFECT, EQUIVALENCE = FORMS


def findings(estimates: Sequence[Estimate], words: Words) -> Iterator[str]:
    """Yield what the pixels say, then what each measurement does, arm by arm.

    >>> made = {"by": "expected", "group": "identical", "n_images": 31}
    >>> next(findings([Estimate("identical_pixels", "pixels", "korean", 1.0, **made)], Words()))
    'Changes that must change nothing: all 31 pictures are those of the plain prompt, to the last \
bit, as they have to be.'
    """
    mine = [one for one in estimates if kind_of(one) in ("identical_pixels", *FORMS) and one.group]
    several = len({one.arm for one in mine}) > 1

    def of(arm: str, sentence: str) -> str:
        return f"{words.arm(arm)}: {sentence}" if several else sentence

    for one in mine:
        if kind_of(one) == "identical_pixels" and one.by == "expected":
            yield from (of(one.arm, said) for said in _pixels(one, words))
    families: dict[tuple[str, str], list[Estimate]] = {}
    for one in mine:
        if kind_of(one) in FORMS and one.q_value is not None:
            families.setdefault((one.arm, one.category), []).append(one)
    for (arm, _), members in families.items():
        yield from (of(arm, said) for said in _effects(members, words))


def _pixels(one: Estimate, words: Words) -> Iterator[str]:
    if one.estimate is None:
        return
    same = round(one.estimate * one.n_images)
    if one.group != "identical":
        kind = words.value("expected", one.group)
        yield words("finding.pixels.others", kind=kind, same=same, count=one.n_images)
    elif same == one.n_images:
        yield words("finding.pixels.same", count=one.n_images)
    else:
        yield words("finding.pixels.mistake", other=one.n_images - same, count=one.n_images)


def _effects(members: Sequence[Estimate], words: Words) -> Iterator[str]:
    tested = [one for one in members if kind_of(one) == EQUIVALENCE]
    if tested:
        within = [words.value(one.by, one.group) for one in tested if _remarkable(one)]
        key = "finding.forms.within" if within else "finding.forms.none_within"
        yield words(key, count=len(tested), names=", ".join(within))
    effects = [one for one in members if kind_of(one) == EFFECT]
    found = [_with_effect(one, words) for one in effects if _remarkable(one)]
    key = "finding.forms.effects" if found else "finding.forms.no_effect"
    yield words(key, count=len(effects), names=", ".join(found))


def _remarkable(one: Estimate) -> bool:
    return one.q_value is not None and one.q_value <= 1 - one.level + 1e-12


def _with_effect(one: Estimate, words: Words) -> str:
    return f"{words.value(one.by, one.group)} ({numerals.reading(one).value})"
