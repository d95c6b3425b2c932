"""The tables of a dataset: Parquet files, open as descriptors, become DataFrames.

Parquet is read by one thread from a mapping of the file: the process that loads tables is copied
for each run, and a copy of a process with a second thread can find a lock taken for ever. Types are
what analysts' code expects of pandas: dates and timestamps are datetime64, whole numbers with gaps
are float64 unless that would lose digits, texts are str objects (equal ones are one object),
DECIMAL columns hold decimal.Decimal.
"""

import datetime
import mmap

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

# What runs find as `tables`; the first one is also `df`.
TABLES = {}

_EXACT_IN_DOUBLE = 2**53


def _to_pandas(column, name):
    """One Arrow column as a Series."""
    kind = column.type
    if column.null_count and pa.types.is_boolean(kind):
        # An object column of True, False and None cannot serve as a mask; this type can.
        return pd.Series(column.to_pandas(types_mapper={pa.bool_(): pd.BooleanDtype()}.get),
                         name=name)
    if column.null_count and pa.types.is_integer(kind):
        series = column.to_pandas(types_mapper={kind: _NULLABLE[str(kind)]}.get)
        if kind.bit_width < 64 or bool((series.abs() <= _EXACT_IN_DOUBLE).all()):
            return series.astype("float64").rename(name)
        return series.rename(name)
    series = column.to_pandas(date_as_object=False, deduplicate_objects=True).rename(name)
    if pa.types.is_temporal(kind) and series.dtype.kind in "mM":
        try:
            return series.dt.as_unit("ns")  # what analysts' code expects
        except (pd.errors.OutOfBoundsDatetime, pd.errors.OutOfBoundsTimedelta):
            pass  # a year that nanoseconds cannot tell
    return series


_NULLABLE = {
    f"{sign}int{bits}": pd.api.types.pandas_dtype(f"{sign.replace('u', 'U')}Int{bits}")
    for sign in ("", "u")
    for bits in (8, 16, 32, 64)
}


def load_frame(descriptor):
    """The Parquet file behind an open descriptor as a DataFrame."""
    with mmap.mmap(descriptor, 0, prot=mmap.PROT_READ, flags=mmap.MAP_PRIVATE) as mapped:
        source = pa.BufferReader(pa.py_buffer(mapped))
        file = pq.ParquetFile(source, pre_buffer=False, memory_map=False)
        names = file.schema_arrow.names
        columns = []
        for index, name in enumerate(names):
            # One column after the other: the Arrow form of a table is never there as a whole.
            part = file.reader.read_all(column_indices=[index], use_threads=False)
            columns.append(_to_pandas(part.column(0), name))
            del part
        rows = file.metadata.num_rows
        file.close()
        del source, file
    if not columns:
        return pd.DataFrame(index=pd.RangeIndex(rows))
    return pd.concat(columns, axis=1, copy=False)


def load(frames):
    """`frames` is a list of (name, descriptor). Returns the rows and the bytes of all of them."""
    rows = size = 0
    for name, descriptor in frames:
        frame = load_frame(descriptor)
        TABLES[name] = frame
        rows += len(frame)
        size += int(frame.memory_usage(index=False).sum())
        for column in frame.columns:
            if frame[column].dtype == object:
                # Equal texts share one object, so that counting each would count many times over.
                distinct = {id(value): value for value in frame[column].array[:100_000]}
                size += sum(value.__sizeof__() for value in distinct.values())
    return rows, size


def scope():
    """What a run with tables in scope begins with."""
    first = next(iter(TABLES.values()), None)
    found = {"tables": TABLES, "pd": pd, "np": np, "plt": plt, "datetime": datetime}
    if first is not None:
        found["df"] = first
    return found


def column_names():
    """The names of all columns of all tables, for errors that help."""
    return [str(name) for frame in TABLES.values() for name in frame.columns]
