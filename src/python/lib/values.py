"""Single values of NumPy, pandas and the standard library, as plain ones.

Values are told apart by their exact type, looked up in a table, and never by what they say of
themselves: an object with a lying __class__, an endless __iter__ or a __repr__ that raises is
described by the name of its type and none of its methods is called.
"""

import datetime
import decimal
import fractions
import uuid

import numpy as np
import pandas as pd


def _plain_time(value):
    return value.isoformat()


def _timedelta(value):
    """As SQL writes an interval: "3 days 04:05:06.5"."""
    micros = (value.days * 86400 + value.seconds) * 1_000_000 + value.microseconds
    sign = "-" if micros < 0 else ""
    days, micros = divmod(abs(micros), 86400 * 1_000_000)
    seconds, micros = divmod(micros, 1_000_000)
    text = f"{sign}{days} day{'s' if days != 1 else ''} " if days else ""
    if seconds or micros or not days:
        text += f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        text += f".{micros:06}".rstrip("0") if micros else ""
    return text.strip()


def _decimal(value):
    if value.is_nan():
        return float("nan")
    if value.is_infinite():
        return float("inf") if value > 0 else float("-inf")
    if abs(value.adjusted()) > 1000:
        return str(value)
    return ("decimal", format(value, "f"))


def _complex(value):
    return str(complex(value)).strip("()")


def _bytes(value):
    return "".join(
        chr(byte) if 0x20 <= byte < 0x7F and byte != 0x5C else f"\\x{byte:02x}"
        for byte in bytes(value[:100_000])
    )


def _numpy_timedelta(value):
    if np.isnat(value):
        return None
    try:
        return _timedelta(datetime.timedelta(microseconds=int(value.astype("m8[us]").astype(int))))
    except (TypeError, OverflowError):  # a month has no length
        return np.timedelta64.__str__(value)


def _numpy_datetime(value):
    return None if np.isnat(value) else np.datetime_as_string(value).item()


SCALARS = {
    type(pd.NaT): lambda value: None,
    type(pd.NA): lambda value: None,
    type(Ellipsis): lambda value: None,
    np.bool_: bool,
    np.datetime64: _numpy_datetime,
    np.timedelta64: _numpy_timedelta,
    np.bytes_: _bytes,
    np.longdouble: float,
    np.float16: float,
    np.float32: lambda value: float(str(value)),
    np.complex64: _complex,
    np.complex128: _complex,
    complex: _complex,
    bytes: _bytes,
    bytearray: _bytes,
    datetime.datetime: _plain_time,
    datetime.date: _plain_time,
    datetime.time: _plain_time,
    datetime.timedelta: _timedelta,
    pd.Timestamp: _plain_time,
    pd.Timedelta: _timedelta,
    pd.Period: str,
    pd.Interval: str,
    decimal.Decimal: _decimal,
    fractions.Fraction: str,
    uuid.UUID: str,
}
for _kind in "bhilqBHILQ":
    SCALARS[np.dtype(_kind).type] = int
# By identity: looking a type up by its hash would call a method of a hostile metaclass.
SCALARS = {id(kind): function for kind, function in SCALARS.items()}
_name_of = type.__dict__["__name__"].__get__


def described(kind):
    return f"<{_name_of(kind)[:100]}>"


_PLAIN = (str, float, int, bool, dict, list)


def label(value):
    """What a column or a row is called, as text."""
    kind = type(value)
    if kind is str:
        return value
    if kind is tuple:
        return " / ".join(part for part in map(label, value) if part)
    if kind is float and abs(value) < 1e15 and value == int(value):
        return str(int(value))
    plain = cell(value)
    if type(plain) is tuple:
        return plain[1]
    return "" if plain is None else str(plain)


def cell(value):
    """One cell of a table: None, bool, int, float, str, ("decimal", text), dict or list."""
    kind = type(value)
    if kind is pd.Timestamp or kind is datetime.datetime:
        return _sql_timestamp(value)
    if value is None or any(kind is plain for plain in _PLAIN):
        return value
    known = SCALARS.get(id(kind))
    if known is not None:
        return known(value)
    if kind is tuple:
        return list(value)
    if kind is np.ndarray and value.ndim and value.size <= 100_000:
        return value.tolist()
    if kind is set or kind is frozenset:
        return sorted_items(value)
    return described(kind)


def _sql_timestamp(value):
    """As SQL writes it: a space between date and time, no trailing zeros, UTC as +00."""
    if value is pd.NaT:
        return None
    zone = value.tzinfo is not None
    if zone:
        value = value.astimezone(datetime.timezone.utc)
    text = value.isoformat(sep=" ").removesuffix("+00:00")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text + "+00" if zone else text


def sorted_items(values):
    """A set as a list in an order that does not hang on chance."""
    items = list(values)
    if all(type(item) is str for item in items) or all(
        type(item) is int or type(item) is float for item in items
    ):
        items.sort()
    return items
