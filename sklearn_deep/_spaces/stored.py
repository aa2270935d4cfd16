"""Search spaces in the form that files store.

Loading one of scipy's distributions from a file would execute code, so files store its name and
arguments instead.
"""

from __future__ import annotations

from typing import Any

from scipy import stats

_NAME = "scipy.stats"


def space_to_store(value: Any) -> Any:
    """Return a space in which scipy's distributions are replaced by their names and arguments."""
    if isinstance(value, dict):
        return {key: space_to_store(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(space_to_store(one) for one in value)
    if _is_of_scipy(value):
        return {_NAME: value.dist.name, "args": list(value.args), "kwds": dict(value.kwds)}
    return value


def space_of(stored: Any) -> Any:
    """Return a space from its stored form.

    Raises
    ------
    ValueError
        If the stored form names a distribution that scipy does not have.
    """
    if isinstance(stored, dict) and _NAME in stored:
        return _family(stored[_NAME])(*stored["args"], **stored["kwds"])
    if isinstance(stored, dict):
        return {key: space_of(one) for key, one in stored.items()}
    if isinstance(stored, list | tuple):
        return type(stored)(space_of(one) for one in stored)
    return stored


def _is_of_scipy(value: Any) -> bool:
    """Return whether scipy can make an equal distribution from the name and the arguments."""
    dist: Any = getattr(value, "dist", None)
    if not isinstance(dist, stats.rv_continuous | stats.rv_discrete) or not hasattr(value, "args"):
        return False
    return type(getattr(stats, dist.name, None)) is type(dist)


def _family(name: str) -> Any:
    family = getattr(stats, name, None)
    if isinstance(family, stats.rv_continuous | stats.rv_discrete):
        return family
    raise ValueError(f"scipy.stats has no distribution {name!r}.")
