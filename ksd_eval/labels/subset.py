"""Which pictures are labelled: a simple random subset of each arm's, in a random order."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np


def drawn(
    arms: Mapping[str, Collection[str]], count: int, rng: np.random.Generator
) -> tuple[str, ...]:
    """Draw at most `count` pictures, equally many of each arm, each picture once.

    In every arm, those drawn are a simple random subset of its pictures, also where arms share
    pictures: a shared one that was drawn for one arm counts for the other, and only the rest of the
    other arm's number is drawn, from its own. With m of N pictures an arm, the number of shared
    ones among the m is hypergeometric for both arms, as it must be.

    That is so where arms that overlap are of one size, and where what an arm shares with those
    before it, it shares with a single one of them; so it is in a run, whose models have pictures
    of their own. Elsewhere the subset is drawn from all pictures together. Every arm's part of it,
    given its size, is then a simple random subset still, but the sizes differ by chance.

    A larger `count` with a generator of the same seed holds the pictures of a smaller one.

    Args:
        arms: The pictures' ids, by arm. The order of neither changes anything.
        count: Pictures at most, >= the number of arms; as many as there are if it is larger.
        rng: Of the draw and of the order.

    Returns:
        The ids, in random order.

    Raises:
        ValueError: There is no picture, or `count` is smaller than the number of arms.

    >>> arms = {"ko": ["a", "b", "c"], "en": ["x", "y", "c"]}
    >>> len(drawn(arms, 99, np.random.default_rng(0)))
    5
    """
    pools = [set(arms[name]) for name in sorted(arms)]
    if not pools or not all(pools):
        raise ValueError("there are no pictures to draw from in some arm; give each at least one")
    if count < len(pools):
        raise ValueError(
            f"count={count} is too small for {len(pools)} arms; give {len(pools)} or more"
        )
    if not _stratifiable(pools):
        return _shuffled(set().union(*pools), rng)[:count]
    each = min(count // len(pools), *map(len, pools))
    chosen: set[str] = set()
    seen: set[str] = set()
    for pool in pools:
        own = _shuffled(pool - seen, rng)
        chosen.update(own[: each - len(pool & chosen)])
        seen |= pool
    return _shuffled(chosen, rng)


def _stratifiable(pools: Sequence[set[str]]) -> bool:
    """Whether what each arm shares with those before it is shared with one of them, of its size."""
    for place, pool in enumerate(pools):
        before = pools[:place]
        shared = pool & set().union(*before)
        if shared and not any(shared <= other and len(other) == len(pool) for other in before):
            return False
    return True


def _shuffled(ids: Collection[str], rng: np.random.Generator) -> tuple[str, ...]:
    return tuple(str(name) for name in rng.permutation(sorted(ids)))
