"""Takes what a run left behind apart: tables into columns, everything else into plain values.

A run may leave anything in `result`. The encoder (encode.cc) walks None, bool, int, float, str,
dict, list and tuple by itself and asks here for everything else; single values are those of
values.py, which says how types are told apart.

A table travels as its columns, each a tuple
    (name, column type, database type, form, values, mask, extra)
whose values are a flat NumPy array that C++ reads in place:
    form         values             extra
    int, uint    int64, uint64      -
    bool         uint8              -
    float        float64            True where a float32 was meant
    timestamp    int64              (units a second, True if in UTC)
    interval     int64              units a second
    object       object             True where NaN is a value and not a gap
    codes        int64, -1 is none  the column of the categories
`mask` is None, or a uint8 array that is 1 where a cell is missing.
"""

import collections
import decimal

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from tabletalk_frames import TABLES
from tabletalk_values import SCALARS, cell, described, label, sorted_items

MAX_ITEMS = 10_000_000  # of a range or a view that is written out
UNITS = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_INTEGERS = {
    "int8": "TINYINT", "int16": "SMALLINT", "int32": "INTEGER", "int64": "BIGINT",
    "uint8": "UTINYINT", "uint16": "USMALLINT", "uint32": "UINTEGER", "uint64": "UBIGINT",
}  # fmt: skip


class TooLarge(Exception):
    """A result that would not fit, found before it was made."""


def _objects(values):
    """Any iterable as a flat array of objects."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _texts(values, mask):
    array = np.empty(len(values), dtype=object)
    for index, value in enumerate(values):
        array[index] = None if mask is not None and mask[index] else str(value)
    return array


def _object_column(name, values):
    values = np.ascontiguousarray(values, dtype=object)
    try:
        kind = pd.api.types.infer_dtype(values, skipna=True)
    except BaseException:  # it asks objects for their class, which a hostile one answers so
        kind = "mixed"
    column_type, database_type = {
        "string": ("text", "VARCHAR"),
        "empty": ("text", "VARCHAR"),
        "boolean": ("boolean", "BOOLEAN"),
        "integer": ("integer", "BIGINT"),
        "floating": ("number", "DOUBLE"),
        "mixed-integer-float": ("number", "DOUBLE"),
        "decimal": ("number", "DECIMAL"),
        "date": ("date", "DATE"),
        "time": ("time", "TIME"),
        "datetime": ("timestamp", "TIMESTAMP"),
        "datetime64": ("timestamp", "TIMESTAMP"),
        "period": ("text", "VARCHAR"),
        "interval": ("text", "VARCHAR"),
        "bytes": ("other", "BLOB"),
    }.get(kind, ("other", "OBJECT"))
    if kind in ("timedelta", "timedelta64"):
        deltas = pd.to_timedelta(pd.Series(values)).to_numpy()
        return _numpy_column(name, deltas)
    if kind == "decimal":
        places = {-value.as_tuple().exponent for value in values if type(value) is decimal.Decimal
                  and value.is_finite()}
        if len(places) == 1:  # as a column of SQL has it: one scale for all
            database_type = f"DECIMAL(38,{max(0, places.pop())})"
    return (name, column_type, database_type, "object", values, None, None)


def _numpy_column(name, values, mask=None):
    kind = values.dtype.kind
    if kind in "iu":
        wide = np.int64 if kind == "i" else np.uint64
        form = "int" if kind == "i" else "uint"
        return (name, "integer", _INTEGERS.get(values.dtype.name, "BIGINT"), form,
                np.ascontiguousarray(values, dtype=wide), mask, None)  # fmt: skip
    if kind == "b":
        return (name, "boolean", "BOOLEAN", "bool",
                np.ascontiguousarray(values).view(np.uint8), mask, None)  # fmt: skip
    if kind == "f":
        single = values.dtype.itemsize == 4
        return (name, "number", "FLOAT" if single else "DOUBLE", "float",
                np.ascontiguousarray(values, dtype=np.float64), mask, single)  # fmt: skip
    if kind in "mM":
        unit = np.datetime_data(values.dtype)[0]
        if np.datetime_data(values.dtype)[1] != 1 or unit not in UNITS:
            values = values.astype(values.dtype.kind + "8[s]")
            unit = "s"
        numbers = np.ascontiguousarray(values).view(np.int64)
        if kind == "M":
            return (name, "timestamp", "TIMESTAMP", "timestamp", numbers, mask,
                    (UNITS[unit], False))  # fmt: skip
        return (name, "interval", "INTERVAL", "interval", numbers, mask, UNITS[unit])
    if kind == "O":
        return _object_column(name, values)
    if kind == "U":
        return (name, "text", "VARCHAR", "object", values.astype(object), mask, None)
    return _object_column(name, _objects([cell(value) for value in values]))


def column(name, values):
    """A column from a pandas array, an Index's array or a flat NumPy array."""
    if isinstance(values, pd.arrays.NumpyExtensionArray):
        values = values.to_numpy()
    if type(values) is np.ndarray:
        return _numpy_column(name, values)
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        categories = column(name, values.categories.array)
        codes = np.ascontiguousarray(values.codes, dtype=np.int64)
        return (name, categories[1], categories[2], "codes", codes, None, categories)
    if isinstance(dtype, pd.DatetimeTZDtype):
        numbers = np.ascontiguousarray(values.asi8)
        return (name, "timestamp", "TIMESTAMP WITH TIME ZONE", "timestamp", numbers, None,
                (UNITS[dtype.unit], True))  # fmt: skip
    if isinstance(values, (pd.arrays.DatetimeArray, pd.arrays.TimedeltaArray)):
        return _numpy_column(name, values.to_numpy())
    mask = np.ascontiguousarray(values.isna()).astype(np.uint8)
    if isinstance(values, (pd.arrays.IntegerArray, pd.arrays.FloatingArray,
                           pd.arrays.BooleanArray)):  # fmt: skip
        plain = dtype.numpy_dtype
        return _numpy_column(name, values.to_numpy(dtype=plain, na_value=plain.type(0)), mask)
    if isinstance(dtype, (pd.PeriodDtype, pd.IntervalDtype)):
        return (name, "text", "VARCHAR", "object", _texts(values, mask), None, None)
    if isinstance(dtype, pd.SparseDtype):
        return column(name, np.asarray(values))
    return _object_column(name, values.astype(object))


def _unique(names):
    """The names with "_2", "_3", ... after those that came before; an empty one gets a number."""
    seen = set()
    for position, name in enumerate(names):
        name = name or f"column_{position + 1}"
        unique, count = name, 1
        while unique in seen:
            count += 1
            unique = f"{name}_{count}"
        seen.add(unique)
        yield unique


def _is_default(index):
    return (
        isinstance(index, pd.RangeIndex)
        and index.name is None
        and index.start == 0
        and index.step == 1
    )


def _repeats_row_numbers(frame):
    """True where the labels of a selection of rows merely say which rows of a table they were."""
    index = frame.index
    if index.name is not None or index.nlevels != 1 or index.dtype.kind != "i" or not len(index):
        return False
    rows = index.to_numpy()[:1000]
    for table in TABLES.values():
        if rows.min() < 0 or rows.max() >= len(table):
            continue
        for name in frame.columns:
            if name not in table.columns:
                continue
            there, here = table[name], frame[name]
            if there.ndim == here.ndim == 1 and there.iloc[rows].equals(here.iloc[:1000]):
                return True
    return False


def _index_columns(index):
    if index.nlevels == 1:
        names = [index.name]
        levels = [index]
    else:
        names = list(index.names)
        levels = [index.get_level_values(level) for level in range(index.nlevels)]
    for position, (name, level) in enumerate(zip(names, levels)):
        if name is None:
            name = "index" if index.nlevels == 1 else f"level_{position}"
        yield label(name), level.array


def _dataframe(frame):
    named = []
    if not _is_default(frame.index) and not _repeats_row_numbers(frame):
        named.extend(_index_columns(frame.index))
    for position, name in enumerate(frame.columns):
        named.append((label(name), frame.iloc[:, position].array))
    names = _unique(name for name, _ in named)
    columns = [column(name, values) for name, (_, values) in zip(names, named)]
    return ("table", "dataframe", columns, len(frame), list(frame.shape), 0)


def _series(series):
    named = [] if _is_default(series.index) else list(_index_columns(series.index))
    labels = len(named)
    named.append((label(series.name) if series.name is not None else "value", series.array))
    names = _unique(name for name, _ in named)
    columns = [column(name, values) for name, (_, values) in zip(names, named)]
    return ("table", "series", columns, len(series), [len(series)], labels)


def _array(array):
    if array.ndim == 0:
        return ("value", cell(array.item()))
    if array.dtype.names is not None:
        return _dataframe(pd.DataFrame(array))
    return ("array", list(array.shape), column("value", array.reshape(-1)), array.size)


def _index(index):
    if index.nlevels > 1:
        return ("value", [list(entry) for entry in index[:MAX_ITEMS]])
    return ("array", [len(index)], column("value", index.array), len(index))


def _items(values):
    if len(values) > MAX_ITEMS:
        raise TooLarge
    return ("value", list(values))


_WHOLES = {
    pd.DataFrame: _dataframe,
    pd.Series: _series,
    np.ndarray: _array,
    np.matrix: lambda value: _array(np.asarray(value)),
    np.ma.MaskedArray: lambda value: _array(
        value.astype(object).filled(None) if value.ndim else np.asarray(value.item(), dtype=object)
    ),
    range: _items,
    set: lambda value: ("value", sorted_items(value)),
    frozenset: lambda value: ("value", sorted_items(value)),
    type({}.keys()): _items,
    type({}.values()): _items,
    type({}.items()): _items,
    collections.deque: _items,
    type(np.dtype("int64")): lambda value: ("value", str(value)),
}
for _name in ("Index", "RangeIndex", "MultiIndex", "DatetimeIndex", "TimedeltaIndex",
              "PeriodIndex", "CategoricalIndex", "IntervalIndex"):  # fmt: skip
    _WHOLES[getattr(pd, _name)] = _index
for _name in ("Categorical", "DatetimeArray", "TimedeltaArray", "PeriodArray", "IntervalArray",
              "IntegerArray", "FloatingArray", "BooleanArray", "StringArray",
              "ArrowStringArray", "NumpyExtensionArray", "SparseArray"):  # fmt: skip
    if hasattr(pd.arrays, _name):
        _WHOLES[getattr(pd.arrays, _name)] = lambda value: _series(pd.Series(value))
_WHOLES = {id(kind): function for kind, function in _WHOLES.items()}


def simplify(value):
    """What a value is made of, as one of
    ("value", plain)
    ("table", "dataframe" or "series", columns, rows, shape, how many columns are labels)
    ("array", shape, column, number of elements)
    """
    kind = type(value)
    whole = _WHOLES.get(id(kind))
    if whole is not None:
        return whole(value)
    known = SCALARS.get(id(kind))
    if known is not None:
        return ("value", known(value))
    if type.__subclasscheck__(Artist, kind):
        return ("value", None)  # a chart is a figure, not a value
    return ("value", described(kind))
