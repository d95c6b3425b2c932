"""A figure that a run left open, as a PNG."""

import io

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt  # noqa: E402
from matplotlib import _pylab_helpers  # noqa: E402

MAX_PIXELS = 4000  # in either direction
DPI = 100


def first_as_png():
    """The PNG of the figure that was opened first, or None; all figures are closed."""
    if not _pylab_helpers.Gcf.figs:
        return None
    try:
        figure = plt.figure(min(plt.get_fignums()))
        width, height = (float(side) for side in figure.get_size_inches())
        longest = max(width, height)
        if not 0 < longest < float("inf"):
            raise ValueError("the figure has no size")
        dpi = min(DPI, MAX_PIXELS / longest)
        if min(width, height) * dpi < 1:
            raise ValueError("the figure is too thin to be drawn")
        out = io.BytesIO()
        # Not bbox_inches="tight": it may grow the picture beyond every bound.
        figure.savefig(out, format="png", dpi=dpi)
        return out.getvalue()
    finally:
        plt.close("all")
