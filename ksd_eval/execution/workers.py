"""Worker processes: they leave Ctrl-C to the process that started them, and leave when it does."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import connection


def pool(workers: int, begin: Callable[..., None], *arguments: object) -> ProcessPoolExecutor:
    """Return a pool of processes, each made ready by `begin` before its first task.

    Args:
        workers: How many.
        begin: Called in each process; it and the arguments must survive pickling.
        arguments: What it is given.
    """
    spawn = multiprocessing.get_context("spawn")  # a forked process cannot use threads or a GPU
    return ProcessPoolExecutor(workers, spawn, partial(_begin, begin, *arguments))


def _begin(begin: Callable[..., None], *arguments: object) -> None:
    belong_to_parent()
    begin(*arguments)


def belong_to_parent() -> None:
    """Leave Ctrl-C to the process that started this one, and end when it does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that gives the orders
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    """End this process when the one that started it is gone: it would wait for orders for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
