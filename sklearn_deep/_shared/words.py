"""Words shared by error messages."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from inspect import signature

from sklearn_deep._shared.counterparts import Counterpart


def known_names(
    given: str,
    known: Iterable[str],
    counterparts: Iterable[Counterpart] = (),
    unlisted: Iterable[str] = (),
) -> str:
    """List the known names, after the one that ``given`` may stand for.

    Parameters
    ----------
    given : str
        Name that is not known.
    known : iterable of str
        Names that are.
    counterparts : iterable of Counterpart
        What known names are called elsewhere.
    unlisted : iterable of str
        Names that are known too, but too many to list.
    """
    names = sorted(known)
    meant = [own for own, others, _ in counterparts if _letters(given) in _letters(others).split()]
    objects = [own for own in meant if "." in own]
    nearest = next((own for own in meant if own in names), None)
    nearest = nearest or nearest_name(given, unlisted, cutoff=0.87) or nearest_name(given, names)
    hint = "" if nearest is None else f"Did you mean {nearest!r}? "
    if objects:
        hint = f"Give {objects[0]}, without quotes. "
    return f"{hint}Known names: {', '.join(map(repr, names))}."


def nearest_name(given: str, known: Iterable[str], cutoff: float = 0.5) -> str | None:
    """Return the known name that is most like another; None: none is (1 is like itself, 0 any other)."""
    by_letters = {_letters(name): name for name in known}
    nearest = get_close_matches(_letters(given), by_letters, n=1, cutoff=cutoff)
    return by_letters[nearest[0]] if nearest else None


def _letters(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def call_of(cls: type) -> str:
    """Return how an instance of a class is written: ``Adam()``, or ``TorchOptimizer(...)``."""
    required = any(p.default is p.empty for p in signature(cls).parameters.values())
    return f"{cls.__name__}({'...' if required else ''})"
