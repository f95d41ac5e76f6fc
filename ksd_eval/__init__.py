"""Find out what a Korean text-to-image model cannot do, and whom it leaves out.

In Python, a finished run is one line: `run = ksd_eval.load_run("results/bias/<run id>")`, or
`ksd_eval.load_run(ksd_eval.newest("results", "bias"))`.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from ksd_eval.loading import Run

__version__ = "0.1.0"


def load_run(path: "str | Path") -> "Run":
    """Read a finished run: its tables as DataFrames, its manifest, configuration and pictures.

    `run.images`, `run.prompts`, `run.measurements`, `run.estimates` and `run.verdicts` are tables,
    `run.picture(image_id)` is a picture, `run.to_dataset()` a data set; see `ksd_eval.loading.Run`.

    Args:
        path: The folder of the run, `results/<experiment>/<run id>`, a string or a path.

    Raises:
        StoreError: There is no such run, it is not finished, or its tables were altered.
    """
    from ksd_eval import loading  # pandas comes with it

    return loading.load_run(path)


def newest(results_dir: "str | Path", experiment: str) -> "Path":
    """Return the folder of the run of an experiment that finished last.

    Args:
        results_dir: "results", or what `execution.results_dir` was.
        experiment: "bias".

    Raises:
        StoreError: No run of it has finished; the message says which command makes one.
    """
    from ksd_eval import loading

    return loading.newest(results_dir, experiment)
