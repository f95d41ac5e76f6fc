"""What a run ran on: cores, memory, package versions, commit. For the manifest and for `doctor`."""

import hashlib
import os
import platform
import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ksd_eval import __version__

PACKAGE = Path(__file__).parents[1]

LIBRARIES = (
    *("numpy", "scipy", "pandas", "pyarrow", "pillow", "matplotlib", "hydra-core", "torch"),
    *("torchvision", "torchmetrics", "diffusers", "transformers", "safetensors", "open_clip_torch"),
)


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def memory() -> float | None:
    """Return the memory in GiB that this process may have, None where it is not told."""
    try:
        whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    except (AttributeError, ValueError, OSError):
        return None
    return min([whole, *(limit for limit, _ in confines())])


def available() -> float | None:
    """Return the memory that is free for new programs in GiB, None where it is not told."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        sizes = {name: value.split()[0] for name, _, value in (x.partition(":") for x in lines)}
        free = int(sizes["MemAvailable"]) / 2**20
    except (OSError, KeyError, ValueError, IndexError):
        return None
    return min([free, *(max(0.0, limit - used) for limit, used in confines())])


def confines(
    own: Path = Path("/proc/self/cgroup"), root: Path = Path("/sys/fs/cgroup")
) -> list[tuple[float, float]]:
    """Return limit and use, in GiB, of every control group that confines this process's memory.

    A container or a job of Slurm may have far less than its machine. What a group holds of files
    that could be read again is not counted as used.

    Args:
        own: Which groups this process is in.
        root: Where groups are shown.

    Source: Linux, Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst.
    """
    try:
        lines = own.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        _, kinds, place = line.split(":", 2)
        if kinds == "":
            names, base = ("memory.max", "memory.current", "inactive_file"), root
        elif "memory" in kinds.split(","):
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
            base = root / "memory"
        else:
            continue
        # In a container the groups above its own are not shown, and its own is the root.
        inner = base / place.lstrip("/")
        folders = [one for one in (inner, *inner.parents) if one.is_relative_to(base)]
        found += [group for folder in folders if (group := _confine(folder, *names))]
    return found


def _confine(folder: Path, limit: str, used: str, spare: str) -> tuple[float, float] | None:
    try:
        most, now = (int((folder / name).read_text()) / 2**30 for name in (limit, used))
        counts = (line.split() for line in (folder / "memory.stat").read_text().splitlines())
        return most, now - int(dict(counts).get(spare, 0)) / 2**30
    except (OSError, ValueError):  # not there, or "max": no limit
        return None


def free_share() -> float | None:
    """Return the share of the machine's memory that is free, None where it is not told."""
    free, whole = available(), memory()
    return None if free is None or not whole else free / whole


def cpu() -> str:
    """Return the processor's name."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        return names[0]
    except (OSError, IndexError):
        return platform.processor() or platform.machine()


def versions() -> dict[str, str | None]:
    """Return the version of each library that matters, None where it is not installed."""
    found: dict[str, str | None] = {"python": platform.python_version(), "ksd_eval": __version__}
    return found | {name: _version(name) for name in LIBRARIES}


@cache
def _version(name: str) -> str | None:
    """Return a library's version: looking for it takes as long as judging a few pictures."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def weights() -> dict[str, float]:
    """Return the weights that come with the package, and their size in megabytes."""
    found = sorted(path for path in PACKAGE.glob("miniature/weights/*") if path.is_dir())
    return {
        path.name: sum(file.stat().st_size for file in path.rglob("*") if file.is_file()) / 1e6
        for path in found
    }


@cache
def source() -> str:
    """Return a hash of this package's own code and tables.

    Not the commit: that changes with every word of the documentation, and a wheel has none.
    """
    digest = hashlib.sha256()
    paths = sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.csv")])
    for path in paths:
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def commit() -> dict[str, Any]:
    """Return the commit of the checkout that this package is in, and whether it was changed since.

    Empty for an installed package: a commit of whatever folder it happens to lie in says nothing.
    """
    checkout = PACKAGE.parent
    if not (checkout / ".git").exists():
        return {}
    try:
        named = _git(checkout, "rev-parse", "HEAD")
        return {"commit": named, "changed": bool(_git(checkout, "status", "--porcelain"))}
    except (OSError, subprocess.SubprocessError):
        return {}


def _git(checkout: Path, *words: str) -> str:
    command = ["git", "-C", str(checkout), *words]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=20)
    return done.stdout.strip()


def describe() -> dict[str, Any]:
    """Return what the manifest says of the machine and the code."""
    return {
        "code": {"version": __version__, "source": source(), **commit()},
        "host": {
            "platform": platform.platform(),
            "cpu": cpu(),
            "cores": cores(),
            "memory_gib": round(memory() or 0.0, 1),
        },
        "packages": versions(),
    }
