"""Threads of arithmetic libraries: fixed for a run, because their number changes the last bits."""

import os
import sys

LIMITS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def fix(threads: int) -> None:
    """Let every arithmetic library of this process, and of those it starts, use `threads` threads.

    The libraries read the environment while they are imported, so this comes before that. Torch
    can be told later too.
    """
    for name in LIMITS:
        os.environ[name] = str(threads)
    # Threads that spin while they wait make two busy processes on two cores several times slower.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    if "torch" in sys.modules:
        import torch

        torch.set_num_threads(threads)
