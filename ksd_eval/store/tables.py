"""Tables in fixed column types, so that equal rows are equal bytes."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import UnionType
from typing import Final, get_args, get_type_hints

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ksd_eval.store.files import write, write_text

WHOLE: Final = pa.int64()
"""The column type of whole numbers."""

ARROW: Final = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}


def arrow_type(annotation: object) -> pa.DataType:
    """Return the column type of a record's field: a number stays one where all rows lack it."""
    options = get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)
    # A field that takes one of a few words is a column of text.
    return next((ARROW[option] for option in options if option in ARROW), pa.string())


def types_of(record: type) -> dict[str, pa.DataType]:
    """Return the column types of a record's table."""
    return {name: arrow_type(hint) for name, hint in get_type_hints(record).items()}


def types_in(frame: pd.DataFrame) -> dict[str, pa.DataType]:
    """Return the column types of a frame that is no table of records; what is no number is text."""
    kinds = {"f": pa.float64(), "i": pa.int64(), "b": pa.bool_()}
    return {str(name): kinds.get(frame[name].dtype.kind, pa.string()) for name in frame.columns}


def to_arrow(frame: pd.DataFrame, types: Mapping[str, pa.DataType]) -> pa.Table:
    """Return a frame in fixed column types; columns without a type are text."""
    fields = [(str(name), types.get(str(name), pa.string())) for name in frame.columns]
    table = pa.Table.from_pandas(frame, schema=pa.schema(fields), preserve_index=False)
    # Pandas' own notes name its version, and the same rows should be the same bytes.
    return table.replace_schema_metadata(None)


def write_parquet(path: Path, frame: pd.DataFrame, types: Mapping[str, pa.DataType]) -> None:
    """Write a frame as parquet; equal rows give equal bytes."""
    write_arrow(path, to_arrow(frame, types))


def write_arrow(path: Path, table: pa.Table) -> None:
    """Write a table as parquet; equal rows give equal bytes."""
    write(path, partial(pq.write_table, table, compression="zstd"))


def write_csv(path: Path, frame: pd.DataFrame) -> None:
    """Write a frame as CSV for people: ten digits are enough."""
    text = frame.to_csv(index=False, float_format="%.10g", lineterminator="\n")
    write_text(path, text)


def write_frame(path: Path, frame: pd.DataFrame) -> None:
    """Write a frame as parquet and CSV: `path` with either ending."""
    write_parquet(path.with_name(f"{path.name}.parquet"), frame, types_in(frame))
    write_csv(path.with_name(f"{path.name}.csv"), frame)


def kept_frame(
    path: Path, types: Mapping[str, pa.DataType] | None, make: Callable[[], pd.DataFrame]
) -> pd.DataFrame:
    """Return the frame of a parquet file; make it and keep it there first if it is not.

    One that is damaged is made again. Without types, the columns keep those that the frame has.
    """
    found = read_parquet(path)
    if found is None:
        frame = make()
        write_parquet(path, frame, types_in(frame) if types is None else types)
        found = pd.read_parquet(path)
    return found


def read_parquet(path: Path) -> pd.DataFrame | None:
    """Return the frame of a parquet file; None if it is not there, or damaged."""
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError, pa.ArrowException):
        return None


def read_arrow(path: Path) -> pa.Table | None:
    """Return the table of a parquet file; None if it is not there, or damaged.

    Of a small file this takes a fifth of what a frame of it takes.
    """
    try:
        with pq.ParquetFile(path) as file:
            return file.read(use_threads=False)
    except (OSError, ValueError, pa.ArrowException):
        return None
