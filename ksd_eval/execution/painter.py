"""A process on another machine that paints or judges: made ready once, then given its batches."""

import os
import platform
from collections.abc import Mapping
from typing import Any

from ksd_eval.execution import host, threads
from ksd_eval.execution.base import Studio
from ksd_eval.execution.handing_out import Task
from ksd_eval.records import fingerprint


class UnfitError(RuntimeError):
    """A machine on which other pictures would be painted, or none."""


class Painter:
    """Holds a studio.

    Args:
        count: Threads of the process.
    """

    def __init__(self, count: int) -> None:
        threads.fix(count)  # before models are unpickled, whose modules may import torch
        self.studio: Studio | None = None

    def open(self, given: tuple[Studio, str, str]) -> None:
        """Make ready, unless other pictures would come of it than were planned.

        Raises:
            UnfitError: The package or a model is not the same here; or the folder of the command is
                not there, where pictures are put into it.
        """
        studio, source, folder = given
        where = f"on the machine {platform.node()}"
        try:
            os.chdir(folder)
        except OSError as error:
            if not studio.shelf.anywhere:
                raise UnfitError(
                    f"{where} there is no folder {folder}, which the command was given in; give it "
                    "in one that all machines share, or execution.pictures=URL"
                ) from error
        if source != host.source():
            raise UnfitError(f"{where} ksd_eval is another version; install the same everywhere")
        for name, planned in studio.identities.items():
            unlike = differing(planned, studio.models[name].identity())
            if unlike:
                raise UnfitError(f"{where} the model {name!r} would paint with other {unlike}")
        studio.open()
        self.studio = studio

    def work(self, batch: Task) -> int:
        """Paint or judge a batch, put away what came of it, and return how many pictures it was."""
        assert self.studio is not None  # it is opened first, and calls are done in order
        return batch.done_in(self.studio)


def differing(planned: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """Return the parts of a model's identity that are not as planned, with both; empty if none.

    >>> differing({"device": "NVIDIA H100", "steps": 20}, {"device": "cpu", "steps": 20})
    "device ('cpu', planned with 'NVIDIA H100')"
    """
    keys = dict.fromkeys([*planned, *found])
    return ", ".join(
        f"{key} ({found.get(key)!r}, planned with {planned.get(key)!r})"
        for key in keys
        if fingerprint(planned.get(key)) != fingerprint(found.get(key))
    )
