"""Where records rest: pictures by their recipe, tables by their run, the manifest last.

    results/images/ab/abcdef….png          shared by all runs
    results/references/<fingerprint>.npy   features of reference sets, shared too
    results/<experiment>/<run id>/         one run
    results/<experiment>/record.jsonl      every picture as it came, where a record is kept

Every file is written beside its place and renamed into it, so what can be read is whole.
"""

from ksd_eval.store.files import (
    StoreError,
    check_writable,
    kept_array,
    sha256,
    write,
    write_array,
    write_text,
)
from ksd_eval.store.images import ImageStore, Stored
from ksd_eval.store.lines import append, lines
from ksd_eval.store.runs import RunStore
from ksd_eval.store.tables import WHOLE, kept_frame, types_in, types_of

__all__ = [
    "WHOLE",
    "ImageStore",
    "RunStore",
    "StoreError",
    "Stored",
    "append",
    "check_writable",
    "kept_array",
    "kept_frame",
    "lines",
    "sha256",
    "types_in",
    "types_of",
    "write",
    "write_array",
    "write_text",
]
