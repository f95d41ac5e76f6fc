"""Runs the command line in processes that are killed at a chosen touch of the disk.

`python -m ksd_fakes.mortal` imports everything once, then forks a process for each run that a line
of its standard input asks for, so that fifty runs take no fifty starts. A line is a JSON list of
runs; each has a `folder` to be in, the `words` of its command, and may have `at`, the number of the
touch before which it kills itself: a file opened for writing, written, renamed, removed. Where that
is the end of a write, half of what was written is cut off first. The answer is a line, too: the
exit codes. A run that is not killed leaves its touches in `touches.json`.
"""

import importlib
import json
import os
import signal
import sys
from functools import cache
from pathlib import Path

IMPORTED = [
    *("ksd_eval.card", "ksd_eval.config.building", "hydra.core.override_parser.overrides_parser"),
    *("matplotlib.backends.backend_svg", "matplotlib.backends.backend_agg", "rich._emoji_codes"),
    *("pyarrow.parquet", "pyarrow.dataset", "pyarrow.pandas_compat"),
]
"""What a run imports, sooner or later."""

WATCHED = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod"}


class Life:
    """The touches of a process, and when it ends."""

    def __init__(self, at: int | None) -> None:
        self.at = at
        self.touches: list[str] = []

    def watch(self, event: str, arguments: tuple) -> None:
        """See an event of the interpreter."""
        if event in WATCHED and isinstance(arguments[0], str) and "results" in arguments[0]:
            writes = event != "open" or arguments[2] & (os.O_WRONLY | os.O_RDWR)
            if writes:
                self.touch(f"{event} {arguments[1] if event == 'os.rename' else arguments[0]}")

    def touch(self, what: str) -> None:
        """Count, and die if the time has come."""
        self.touches.append(what)
        if len(self.touches) - 1 == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def sync(self, file: int, sync=os.fsync) -> None:
        """Finish a write, or die in the middle of it."""
        name = str(Path(f"/proc/self/fd/{file}").readlink())
        if len(self.touches) == self.at:
            os.ftruncate(file, os.fstat(file).st_size // 2)
        self.touch(f"fsync {name}")
        sync(file)


def live(folder: str, words: list[str], at: int | None = None) -> None:
    """Do one run in this process, which ends with it."""
    os.chdir(folder)
    with Path("said.txt").open("ab", buffering=0) as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    life = Life(at)
    os.fsync = life.sync
    sys.addaudithook(life.watch)
    from ksd_eval.__main__ import main

    code = main(words)
    Path("touches.json").write_text(json.dumps(life.touches))
    sys.stdout.flush()
    os._exit(code)


def born(run: dict) -> int:
    """Fork a process that does a run, and return its id."""
    child = os.fork()
    if child == 0:
        try:
            live(**run)
        finally:  # an exception must not come back into the loop of the parent
            import traceback

            traceback.print_exc()
            os._exit(70)
    return child


def serve() -> None:
    """Do what is asked, line by line."""
    for name in IMPORTED:
        importlib.import_module(name)
    from PIL import Image

    from ksd_eval.config import composing
    from ksd_eval.reports import templating

    Image.init()
    # Neither touches results, and each takes longer than all the rest of such a run.
    composed = cache(lambda words: composed_anew(words, ()))
    composed_anew, composing.composed = composing.composed, lambda words, _: composed(tuple(words))
    templating.environment = cache(templating.environment)
    templating.environment("ksd_eval.reports").get_template("report.html")
    for line in sys.stdin:
        for run in json.loads(line):
            composed(tuple(run["words"]))
        children = [born(run) for run in json.loads(line)]
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        print(json.dumps(codes), flush=True)  # noqa: T201


if __name__ == "__main__":
    serve()
