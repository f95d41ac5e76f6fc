"""Threads of arithmetic libraries: fixed for a run, because their number changes the last bits."""

import os
import sys

LIMITS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def environment(threads: int) -> dict[str, str]:
    """Return the variables that hold a process to `threads` threads, set before it begins."""
    # Threads that spin while they wait make two busy processes on two cores several times slower.
    return {**dict.fromkeys(LIMITS, str(threads)), "OMP_WAIT_POLICY": "PASSIVE"}


def fix(threads: int) -> None:
    """Let every arithmetic library of this process, and of those it starts, use `threads` threads.

    The libraries read the environment while they are imported, so this comes before that. Torch
    can be told later too.
    """
    for name, value in environment(threads).items():
        if name in LIMITS:
            os.environ[name] = value
        else:
            os.environ.setdefault(name, value)
    if "torch" in sys.modules:
        import torch

        torch.set_num_threads(threads)
