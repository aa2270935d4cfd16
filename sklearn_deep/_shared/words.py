"""Phrases for error messages."""

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
    """Return a sentence that lists the known names, after one that suggests the intended name.

    Parameters
    ----------
    given : str
        The unknown name.
    known : iterable of str
        The known names.
    counterparts : iterable of Counterpart
        Names of the same things in other libraries.
    unlisted : iterable of str
        Further known names, which are too many to list.
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
    """Return the known name most similar to ``given``, or None if no similarity reaches ``cutoff`` in [0, 1]."""
    by_letters = {_letters(name): name for name in known}
    nearest = get_close_matches(_letters(given), by_letters, n=1, cutoff=cutoff)
    return by_letters[nearest[0]] if nearest else None


def _letters(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def call_of(cls: type) -> str:
    """Return the code that creates an instance of a class: ``Adam()``, or ``TorchOptimizer(...)``."""
    required = any(p.default is p.empty for p in signature(cls).parameters.values())
    return f"{cls.__name__}({'...' if required else ''})"
