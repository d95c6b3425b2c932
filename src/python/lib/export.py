"""The whole table of a result as a file."""

import numpy as np
from tabletalk_results import UNITS, simplify
from tabletalk_values import cell


def parquet(value):
    """A DataFrame or Series as the bytes of a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    _, _, columns, rows, _, _ = simplify(value)
    arrays = [_arrow(column) for column in columns]
    table = pa.Table.from_arrays(arrays, names=[column[0] for column in columns])
    out = pa.BufferOutputStream()
    pq.write_table(table, out, compression="zstd")
    return out.getvalue().to_pybytes()


def _arrow(column):
    import pyarrow as pa

    _, column_type, database_type, form, values, mask, extra = column
    if form == "codes":
        categories = _arrow(extra)
        return categories.take(pa.array(values, mask=values < 0))
    missing = None if mask is None else mask.astype(bool)
    if form == "bool":
        return pa.array(values.astype(bool), mask=missing)
    if form in ("timestamp", "interval"):
        missing = values == np.iinfo(np.int64).min
        units = extra[0] if form == "timestamp" else extra
        unit = next(unit for unit, count in UNITS.items() if count == units)
        if form == "interval":
            return pa.array(values, mask=missing).cast(pa.duration(unit))
        zone = "UTC" if extra[1] else None
        return pa.array(values, mask=missing).cast(pa.timestamp(unit, tz=zone))
    if form != "object":
        return pa.array(values, mask=missing, from_pandas=True)
    if column_type in ("text", "other"):
        return pa.array(
            [None if item is None else item if type(item) is str else str(item)
             for item in (_text_cell(value) for value in values)], pa.string())  # fmt: skip
    try:
        return pa.array(values, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return pa.array([_text_cell(value) for value in values], pa.string())


def _text_cell(value):
    plain = cell(value)
    if type(plain) is tuple:
        return plain[1]
    if plain is None or type(plain) is float and plain != plain:
        return None
    return plain if type(plain) is str else str(plain)
