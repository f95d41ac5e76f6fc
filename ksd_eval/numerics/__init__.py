"""Arrays in, arrays out: the arithmetic under every number that this package reports.

Nothing here knows an image, a model, a table or a disk. Functions are pure; where chance is needed
it is an explicit `rng`. "Cannot tell" is `None`, never 0, and a value that is not a number is an
error.

| file | answers |
|---|---|
| `intervals` | how sure are we of a mean or a share, over prompts or over seeds? |
| `confidence`, `effective` | what an interval is; how many independent answers shares are worth |
| `bootstrap`, `jackknife` | how sure are we of what has no formula? |
| `effects` | which effect could have been seen, which survive many looks, and which is none? |
| `contingency` | do two arms differ in yes and no; do two judges agree? |
| `corrections`, `prediction_powered` | what would a judge that never errs have said? |
| `simplex` | how small and how large can a distance be, with each share in a range? |
| `planning`, `components`, `population` | how many prompts and replicates does a run need? |
| `imbalance` | how lopsided are shares, and how lopsided would a fair model look? |
| `frechet`, `kernel` | how far apart are two sets of feature vectors? |
| `manifold` | how many of one set look like the other: precision and recall |
| `cosine` | how alike are two vectors? |
| `pairs`, `clusters`, `signs` | what images of one prompt share: means, resampling, sign flips |
| `checks` | the errors that all of them raise |
"""
