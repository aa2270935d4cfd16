"""Plug-ins of other installed packages, found by entry points and imported when they are used."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any


@cache
def declared(family: str) -> Mapping[str, list[EntryPoint]]:
    """Return the entry points of the group ``sklearn_deep.<family>`` by name, read once per process."""
    found: dict[str, list[EntryPoint]] = {}
    for point in entry_points(group=f"sklearn_deep.{family}"):
        found.setdefault(point.name, []).append(point)
    return found


def describe(point: EntryPoint) -> str:
    """Return a description of an entry point and its distribution, for error messages."""
    assert point.dist is not None
    return (
        f"the entry point '{point.name} = {point.value}' (group {point.group!r}) of "
        f"{point.dist.name} {point.dist.version}"
    )


def load_object(point: EntryPoint) -> Any:
    """Import the object that an entry point refers to.

    Raises
    ------
    ImportError
        If the import fails for any reason; the message names the entry point and its distribution.
    """
    try:
        return point.load()
    except Exception as error:
        assert point.dist is not None
        raise ImportError(
            f"Cannot load {describe(point)}: {type(error).__name__}: {error}. Only the name "
            f"{point.name!r} is affected. Repair {point.dist.name}, or uninstall it."
        ) from error
