"""Where a Display draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sklearn_deep._shared._sklearn import check_matplotlib_support

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure


def figure_and_axes(display: object, ax: Axes | None) -> tuple[Figure | SubFigure, Axes]:
    """Return the axes to draw on, new ones for None, and their figure.

    Raises
    ------
    ImportError
        If matplotlib is missing, naming the method of ``display``.
    """
    check_matplotlib_support(f"{type(display).__name__}.plot")
    import matplotlib.pyplot as plt

    if ax is None:
        return plt.subplots(layout="constrained")
    return ax.figure, ax
