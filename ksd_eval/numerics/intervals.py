"""How sure we are of a mean, of two estimands that must not be mixed.

*Over prompts*: what another prompt of the kind would give. The unit is the prompt pair: its
replicates stay together as one mean (see `pairs`), since resampling them too counts their variance
twice. *Over seeds*: what this very wording would give with other noise. The unit is the image.

No spread between pairs, whether there is one pair or all are equal, means that nothing was learnt
about other prompts: the interval is then None, not one of width 0, which would read as perfect
precision. Only if the values are bounded do n equal ones say something, see `all_alike`.
"""

from dataclasses import replace
from math import floor, inf, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from ksd_eval.numerics import checks, effective, signs
from ksd_eval.numerics.checks import Floats
from ksd_eval.numerics.confidence import Interval as Interval
from ksd_eval.numerics.confidence import all_alike, has_spread, tails

SIGN_FLIP_UP_TO = 20
"""Number of differences up to which all 2^n - 1 subset means (8 MB) are enumerated."""


def over_prompts(
    pair_values: ArrayLike, level: float, bounds: tuple[float, float] = (-inf, inf)
) -> Interval | None:
    """Return the interval of the mean over prompts of anything but a share: Student's.

    For any number of pairs. (Below 9 it is shown without a verdict; that is the caller's rule.)
    For shares see `share_over_prompts`.

    Measured at level .95 on paired differences of shares (prompt effects of sd 2.5 and prompt x
    language effects of sd 1 in logits; shares of .02, .1, .5; differences of 0, .05, .2; 1, 4, 20
    replicates; 2000 studies each, those with an interval), mean coverage and the least:

    | pairs | Student, no difference | Student, some | percentile bootstrap, none | some |
    |---|---|---|---|---|
    | 8 | .983 (.956) | .935 (.776) | .941 (.869) | .864 (.742) |
    | 20 | .970 (.948) | .935 (.843) | .951 (.910) | .919 (.844) |
    | 30 | .967 (.950) | .940 (.875) | .949 (.914) | .933 (.879) |
    | 100 | .954 (.946) | .945 (.923) | .948 (.931) | .948 (.920) |

    BCa is no better (30 pairs: .911 and .932). The least are of a share of .02 against .07 with 20
    replicates: a few prompts make the difference, and a small study may meet none of them.

    Args:
        pair_values: One value a prompt pair, shape [n], such as a paired difference or a mean.
        level: Nominal coverage, between 0 and 1.
        bounds: Least and greatest value that a pair can have; the interval is cut to them.

    Returns:
        None below 2 pairs, or if all values are equal up to rounding and not bounded.

    Raises:
        ValueError: If a value is NaN or infinite, or `level` is not between 0 and 1.
    """
    values = checks.vector("pair_values", pair_values, least=0)
    found = student(values, level) or all_alike(values, level, bounds)
    if found is None:
        return None
    low, high = np.clip([found.low, found.high], *bounds)
    return Interval(float(low), float(high), level, found.method)


def share_over_prompts(pair_shares: ArrayLike, n_images: float, level: float) -> Interval | None:
    """Return the interval of a mean share over prompts, which holds near 0 and 1 too.

    Clopper and Pearson's interval with the number of images replaced by their effective size, after
    Korn and Graubard but with more caution, see `effective`. With one image a pair it is Clopper
    and Pearson's. Equal shares give the interval of `all_alike`, which may be wider than that of
    nearly equal ones: it supposes nothing of how prompts differ.

    Measured at level .95 (8, 9, 20, 30, 100 pairs; 1, 4, 20 replicates; prompt effects of sd 0, 1,
    2.5 in logits; shares of .02, .1, .5, .9, .98; 4000 studies each): coverage is .944 or more in
    every case, where Student's falls to .74, logit-t and Wilson's at effective size to .81, and
    Korn and Graubard's own to .86. It is conservative (.99 and more) for few pairs of many
    replicates whose prompts hardly differ, up to 1.9 times as wide as Student's at 8 pairs and 1.4
    times at 20. Elsewhere about a share of .5 it is as wide. At 50 replicates and shares of .01
    coverage falls to .93.

    Source: Korn and Graubard (Survey Methodology 1998); Clopper and Pearson (Biometrika 1934).

    Args:
        pair_shares: One share a pair, shape [n], each in [0, 1].
        n_images: Number of usable images behind all shares together; of unequally many a pair,
            `pairs.even_size` of their counts. Measured so: 100 pairs, half of one image and half
            of 20, a share of .02: .993, where the plain number falls to .733.
        level: Nominal coverage, between 0 and 1.

    Returns:
        Within [0, 1]. None below 2 pairs.

    Raises:
        ValueError: If a share is not in [0, 1], or there are fewer images than pairs.

    >>> interval = share_over_prompts([0.2, 0.0, 0.1, 0.0, 0.3, 0.0, 0.0, 0.1, 0.0, 0.1], 100, 0.95)
    >>> round(interval.low, 3), round(interval.high, 3)
    (0.016, 0.218)
    """
    shares = effective.unit_shares("pair_shares", pair_shares)
    effective.check_images(n_images, len(shares))
    if not has_spread(shares):
        return all_alike(shares, level, (0.0, 1.0))
    size = effective.effective_size(shares, n_images, level)
    below, above = tails(level)
    yes, no = size * float(shares.mean()), size * (1 - float(shares.mean()))
    low = float(special.betaincinv(yes, no + 1, below))
    high = float(special.betaincinv(yes + 1, no, above))
    return Interval(low, high, level, "korn_graubard")


def student(pair_values: ArrayLike, level: float) -> Interval | None:
    """Return Student's t interval of the mean of `pair_values`.

    Arguments, errors and None as in `over_prompts`.

    >>> interval = student([0.1, 0.3, 0.2], 0.95)
    >>> round(interval.low, 3), round(interval.high, 3)
    (-0.048, 0.448)
    """
    checks.fraction("level", level)
    values = checks.vector("pair_values", pair_values, least=0)
    if not has_spread(values):
        return None
    mean, error = float(values.mean()), float(values.std(ddof=1)) / sqrt(len(values))
    reach = float(stats.t.ppf((1 + level) / 2, len(values) - 1)) * error
    return Interval(mean - reach, mean + reach, level, "student")


def sign_flip(differences: ArrayLike, level: float) -> Interval | None:
    """Return the exact interval of the centre of few differences, inverting the sign-flip test.

    Supposes only that the differences are independent and symmetric about the centre. A centre c is
    kept unless flipping signs of (differences - c) rarely gives a mean as far from 0. Flipping a
    subset gives a larger mean just if the subset's mean lies below c, so the ends are order
    statistics of the 2^n - 1 subset means: the K-th from either end, K = floor(2^n (1 - level)
    / 2). No grid, no search.

    Source: Hartigan, Using subsample values as typical values (JASA 1969).

    Args:
        differences: One difference a pair, shape [n], n <= 20.
        level: Nominal coverage; the true one is 1 - 2K / 2^n, which is at least that.

    Returns:
        The whole line where 2^n is too small to exclude anything (below 6 differences at level
        .95). None if there are fewer than 2 differences or all are equal.

    Raises:
        ValueError: If a value is not finite, `level` not between 0 and 1, or there are more than 20
            differences.

    >>> sign_flip([1, 2, 3, 4, 5, 9], 0.95)
    Interval(low=1.0, high=9.0, level=0.95, method='sign_flip')
    """
    checks.fraction("level", level)
    values = checks.vector("differences", differences, least=0)
    if len(values) > SIGN_FLIP_UP_TO:
        raise ValueError(
            f"sign_flip takes at most {SIGN_FLIP_UP_TO} differences, as it enumerates 2^n subsets; "
            f"got {len(values)}; use over_prompts"
        )
    if not has_spread(values):
        return None
    rank = floor(2 ** len(values) * (1 - level) / 2)
    if rank == 0:
        return Interval(-inf, inf, level, "sign_flip")
    means = np.sort(signs.subset_means(values))
    return Interval(float(means[rank - 1]), float(means[-rank]), level, "sign_flip")


def stratified(values: ArrayLike, pairs: ArrayLike, level: float) -> Interval | None:
    """Return the interval over seeds of the mean over exactly these pairs of their means.

    For other noise with these very wordings: the variance is the sum over pairs of s_j^2 / (r_j
    J^2), with s_j^2 the variance of the r_j values of pair j, of J pairs. Degrees of freedom by
    Satterthwaite. Measured at level .95 (shares and their differences, 2, 4, 20 replicates):
    coverage is .932 or more, and .97 and more where most pairs show no spread.

    Source: Cochran, Sampling Techniques (1977), section 5.4; Satterthwaite (Biometrics 1946).

    Args:
        values: One number an image, or a difference of two images of the same noise, shape [n].
        pairs: The pair of each, shape [n], strings or whole numbers.
        level: Nominal coverage, between 0 and 1.

    Returns:
        None if a pair has one value only, for the noise of that pair is then unknown; or if no
        pair's values differ.

    >>> interval = stratified([0, 1, 1, 5, 6, 4], ["a", "a", "a", "b", "b", "b"], 0.95)
    >>> round(interval.low, 2), round(interval.high, 2)
    (1.81, 3.86)
    """
    checks.fraction("level", level)
    numbers = checks.vector("values", values, least=0)
    codes = np.unique(checks.labels("pairs", pairs, len(numbers)), return_inverse=True)[1]
    counts = np.bincount(codes)
    if not len(numbers) or counts.min() < 2:
        return None
    means = np.bincount(codes, numbers) / counts
    away = numbers - means[codes]
    # Equal values have a mean that is off by rounding.
    away[np.abs(away) <= 8 * np.finfo(float).eps * np.abs(numbers)] = 0
    squares = np.bincount(codes, away**2) / (counts - 1)
    return _satterthwaite(float(means.mean()), squares / counts / len(counts) ** 2, counts, level)


def difference_of_means(a: ArrayLike, b: ArrayLike, level: float) -> Interval | None:
    """Return Welch's interval of mean(a) - mean(b), of two samples that have nothing in common.

    Not for arms that share prompts or noise: take their paired differences to `over_prompts`.

    Source: Welch, The generalization of "Student's" problem (Biometrika 1947).

    Args:
        a: Shape [n_a], in any unit.
        b: Shape [n_b], in the same unit.
        level: Nominal coverage, between 0 and 1.

    Returns:
        None if a sample has fewer than 2 values, or neither has any spread.
    """
    checks.fraction("level", level)
    samples = [checks.vector(name, x, least=0) for name, x in (("a", a), ("b", b))]
    counts = np.array([len(x) for x in samples])
    if counts.min() < 2:
        return None
    variances = [float(x.var(ddof=1)) / len(x) if has_spread(x) else 0.0 for x in samples]
    means = [float(x.mean()) for x in samples]
    found = _satterthwaite(means[0] - means[1], np.array(variances), counts, level)
    return replace(found, method="welch") if found else None


def wilson(successes: int, n: int, level: float) -> Interval:
    """Return Wilson's score interval of a share over seeds.

    For n independent images: one wording with other noise. Images of several prompts may be pooled
    if the question is about exactly these prompts; the interval is then somewhat too wide. It says
    nothing about other prompts.

    Source: Wilson (JASA 1927); Brown, Cai and DasGupta (Statistical Science 2001), equation 4.

    Args:
        successes: Number of images that have the property, 0 to n.
        n: Number of usable images, at least 1.
        level: Nominal coverage, between 0 and 1.

    Raises:
        ValueError: If the counts are not whole, n < 1, or successes not in 0..n.

    >>> interval = wilson(0, 10, 0.95)
    >>> interval.low, round(interval.high, 4)
    (0.0, 0.2775)
    """
    low, high = score_ends(_share(successes, n, level), n, level)
    low = 0.0 if successes == 0 else low
    return Interval(low, 1.0 if successes == n else high, level, "wilson")


def score_ends(share: float, size: float, level: float) -> tuple[float, float]:
    """Return the ends of Wilson's interval, where images may count as more or fewer than they are.

    Args:
        share: Between 0 and 1.
        size: Number of independent images that the share is worth, above 0.
        level: Nominal coverage, between 0 and 1.

    Returns:
        Beyond 0 or 1 by rounding at most.

    >>> low, high = score_ends(0.5, 10.5, 0.95)
    >>> round(low, 3), round(high, 3)
    (0.241, 0.759)
    """
    z2 = float(stats.norm.ppf((1 + level) / 2)) ** 2
    centre = (share + z2 / (2 * size)) / (1 + z2 / size)
    reach = sqrt(z2 * share * (1 - share) / size + (z2 / (2 * size)) ** 2) / (1 + z2 / size)
    return centre - reach, centre + reach


def jeffreys(successes: int, n: int, level: float) -> Interval:
    """Return Jeffreys' interval of a share over seeds.

    Its ends are quantiles of Beta(successes + 1/2, n - successes + 1/2). Shorter than Wilson's near
    0 and 1. After no success the low end is 0, after no failure the high end 1, as the source
    advises; a share never seen must not be excluded. Arguments and errors as in `wilson`.

    Source: Brown, Cai and DasGupta (Statistical Science 2001), section 3.1.
    """
    _share(successes, n, level)
    below, above = tails(level)
    posterior = stats.beta(successes + 0.5, n - successes + 0.5)
    low = 0.0 if successes == 0 else float(posterior.ppf(below))
    high = 1.0 if successes == n else float(posterior.ppf(above))
    return Interval(low, high, level, "jeffreys")


def _satterthwaite(
    centre: float, variances: Floats, counts: checks.Codes, level: float
) -> Interval | None:
    """Return the t interval of a sum of independent means with these variances, if any is not 0."""
    total = float(variances.sum())
    if not total:
        return None
    known = total**2 / float((variances**2 / (counts - 1)).sum())
    reach = float(special.stdtrit(known, (1 + level) / 2)) * sqrt(total)
    return Interval(centre - reach, centre + reach, level, "stratified")


def _share(successes: int, n: int, level: float) -> float:
    checks.fraction("level", level)
    if checks.whole("successes", successes, 0) > checks.whole("n", n, 1):
        raise ValueError(f"successes must be at most n, got {successes} of {n}")
    return successes / n
