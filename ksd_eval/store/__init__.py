"""Where records rest: pictures by their recipe, tables by their run, the manifest last.

    results/images/ab/abcdef….png          shared by all runs
    results/answers/<fingerprint>/         what one judge or extractor said, shared too
    results/references/<fingerprint>.npy   features of reference sets, shared too
    results/<experiment>/<run id>/         one run
    results/<experiment>/record.jsonl      every picture as it came, where a record is kept
    results/.lock                          held while runs name their pictures, and while tidying

Every file is written beside its place and renamed into it, so what can be read is whole.
"""

from ksd_eval.store.files import (
    StoreError,
    WriteError,
    check_writable,
    kept_array,
    read_array,
    sha256,
    write,
    write_array,
    write_text,
)
from ksd_eval.store.images import ImageStore, Stored
from ksd_eval.store.lines import append, is_held, lines, locked
from ksd_eval.store.mirrored import MirroredImages
from ksd_eval.store.runs import MANIFEST, SCHEMA, RunStore, manifest_in
from ksd_eval.store.tables import (
    WHOLE,
    kept_frame,
    read_arrow,
    read_parquet,
    to_arrow,
    types_in,
    types_of,
    write_arrow,
    write_frame,
    write_parquet,
)

__all__ = [
    "MANIFEST",
    "SCHEMA",
    "WHOLE",
    "ImageStore",
    "MirroredImages",
    "RunStore",
    "StoreError",
    "Stored",
    "WriteError",
    "append",
    "check_writable",
    "is_held",
    "kept_array",
    "kept_frame",
    "lines",
    "locked",
    "manifest_in",
    "read_array",
    "read_arrow",
    "read_parquet",
    "sha256",
    "to_arrow",
    "types_in",
    "types_of",
    "write",
    "write_array",
    "write_arrow",
    "write_frame",
    "write_parquet",
    "write_text",
]
