"""Figures and axes of Displays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sklearn_deep._compat.sklearn import check_matplotlib_support

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure


def figure_and_axes(display: object, ax: Axes | None) -> tuple[Figure | SubFigure, Axes]:
    """Return the axes to draw on (new ones for None) and their figure.

    Raises
    ------
    ImportError
        If matplotlib is missing; the message names the method of ``display``.
    """
    check_matplotlib_support(f"{type(display).__name__}.plot")
    import matplotlib.pyplot as plt

    if ax is None:
        return plt.subplots(layout="constrained")
    return ax.figure, ax


def figure_and_panels(
    display: object,
    ax: Any,
    shape: tuple[int, int],
    *,
    n_panels: int | None = None,
    panel_size: tuple[float, float],
    sharey: bool = False,
) -> tuple[Figure | SubFigure, np.ndarray]:
    """Return a figure and its panels, row by row.

    Parameters
    ----------
    display : object
        The Display that draws.
    ax : None, Axes or array-like of Axes
        None creates new panels; a single Axes is divided into panels; several Axes are used directly.
    shape : (n_rows, n_columns)
        Layout of the panels.
    n_panels : int or None
        Number of panels, if fewer than ``n_rows * n_columns``.
    panel_size : (width, height)
        Size of a panel of a new figure, in inches.
    sharey : bool
        Whether new panels share the y axis.

    Raises
    ------
    ImportError
        If matplotlib is missing; the message names the method of ``display``.
    ValueError
        If several Axes are passed whose number differs from that of the panels.
    """
    name = f"{type(display).__name__}.plot"
    check_matplotlib_support(name)
    import matplotlib.pyplot as plt
    from matplotlib.axes import Axes

    n_panels = shape[0] * shape[1] if n_panels is None else n_panels
    if isinstance(ax, Axes) and n_panels > 1:
        return ax.figure, _split_axes(ax, shape, sharey)[:n_panels]
    if ax is not None:
        return _given(name, ax, n_panels)
    size = (shape[1] * panel_size[0], shape[0] * panel_size[1])
    figure, grid = plt.subplots(
        *shape, figsize=size, sharey=sharey, squeeze=False, layout="constrained"
    )
    for unused in grid.flat[n_panels:]:
        unused.remove()
    return figure, grid.ravel()[:n_panels]


def _given(name: str, ax: Any, n_panels: int) -> tuple[Figure | SubFigure, np.ndarray]:
    panels = np.ravel(np.asarray(ax, dtype=object))
    if len(panels) != n_panels:
        raise ValueError(
            f"The 'ax' argument of {name} must be None, a single Axes to divide, or {n_panels} Axes, one per "
            f"panel; got {len(panels)}."
        )
    return panels[0].figure, panels


def _split_axes(ax: Axes, shape: tuple[int, int], sharey: bool) -> np.ndarray:
    """Return panels that replace a single Axes, which becomes invisible."""
    place = ax.get_subplotspec()
    if place is None:
        raise ValueError("An Axes to divide into panels must be created by plt.subplots or a grid.")
    ax.set_axis_off()
    grid = place.subgridspec(*shape)
    panels: np.ndarray = grid.subplots(sharey=sharey, squeeze=False)
    return panels.ravel()
