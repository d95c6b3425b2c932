"""Everything slow, done before there is a run: imports, and the first use of what loads lazily."""

import gc
import importlib
import random
import sys

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pandas.plotting._core
import pyarrow as pa
from matplotlib import font_manager

ENGINE = (
    f"python {sys.version.split()[0]}, pandas {pd.__version__}, numpy {np.__version__}, "
    f"pyarrow {pa.__version__}, matplotlib {matplotlib.__version__}"
)

# Ordinary work of the kind that runs do; what it imports is then there.
_EXERCISE = """
import math, statistics, decimal, fractions, itertools, functools, collections, re, json
import random, datetime, operator, string, textwrap, time, calendar, bisect, heapq, enum
import dataclasses, typing
frame = pd.DataFrame({
    "name": ["a", "b", "c", "a"], "amount": [1.5, 2.0, None, 4.0], "count": [1, 2, 3, 4],
    "day": pd.to_datetime(["2026-01-01", "2026-01-02", "2026-02-03", None]),
})
grouped = frame.groupby("name", as_index=False).agg(total=("amount", "sum"), n=("count", "mean"))
grouped = grouped.sort_values("total", ascending=False).head(2).reset_index(drop=True)
merged = frame.merge(grouped, on="name", how="left")
pivot = frame.pivot_table(index="name", columns="count", values="amount", aggfunc="sum")
monthly = frame.dropna().set_index("day").resample("MS")["amount"].sum()
rolled = frame["amount"].rolling(2).mean()
counts = frame["name"].value_counts()
binned = pd.cut(frame["count"], [0, 2, 4])
described = frame.describe()
correlated = frame[["amount", "count"]].corr()
upper = frame["name"].str.upper().str.contains("A")
month = frame["day"].dt.to_period("M").astype(str)
fitted = np.polyfit([1.0, 2.0, 3.0], [2.0, 4.1, 6.2], 1)
solved = np.linalg.solve(np.eye(3), np.ones(3))
percent = np.percentile(frame["count"], 90)
applied = frame.apply(lambda row: row["count"] * 2, axis=1)
text = frame.to_string() + repr(grouped) + str(counts)
generator = np.random.default_rng(1).normal(size=3)
"""
_FIGURE = """
frame.plot(kind="bar", x="name", y="count", title="Warm")
plt.tight_layout()
"""


class _NoImports:
    """Stands in for importlib where a setting, a mere text, may name a module to be imported."""

    def import_module(self, name, package=None):
        if name == "pandas.plotting._matplotlib":
            return importlib.import_module(name)
        raise ImportError(f"a setting may not name a module: {str(name)[:100]}")


# rcParams["figure.hooks"] = ["builtins:exec"] would call anything with a figure of any making,
# and pandas' plotting.backend import anything: settings that reading the code cannot keep apart.
plt.importlib = pandas.plotting._core.importlib = _NoImports()


def seed(number):
    """Random numbers that repeat, those of generators that nobody seeded among them."""
    random.seed(number)
    np.random.seed(number & 0xFFFFFFFF)
    np.random.bit_generator.randbits = random.Random(number).getrandbits


def exercise(namespace, with_figure):
    """Runs the ordinary work; once with a figure before runs are forked."""
    exec(_EXERCISE, namespace)  # noqa: S102 (our own text)
    if with_figure:
        exec(_FIGURE, namespace)  # noqa: S102


def settle():
    """After loading: garbage goes, and what is left is never looked at by the collector again."""
    # A font that was used is kept with its file open, whose position all copies would share.
    font_manager._get_font.cache_clear()
    gc.collect()
    gc.freeze()
