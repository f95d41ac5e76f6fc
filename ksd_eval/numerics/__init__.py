"""Arrays in, arrays out: the arithmetic under every number that this package reports.

Nothing here knows an image, a model, a table or a disk. Functions are pure; where chance is needed
it is an explicit `rng`. "Cannot tell" is `None`, never 0, and a value that is not a number is an
error.

| file | answers |
|---|---|
| `intervals` | how sure are we of a mean, over prompts or over seeds? |
| `imbalance` | how lopsided are shares, and how lopsided would a fair model look? |
| `frechet`, `kernel` | how far apart are two sets of feature vectors? |
| `effects` | which effect could have been seen, and which survive a family of tests? |
| `cosine` | how alike are two vectors? |
| `pairs`, `clusters`, `signs` | what images of one prompt share: means, resampling, sign flips |
| `checks` | the errors that all of them raise |
"""
