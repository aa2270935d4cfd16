"""Words shared by error messages."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from inspect import signature


def known_names(given: str, known: Iterable[str]) -> str:
    """List the known names, the nearest to ``given`` first."""
    names = sorted(known)
    nearest = get_close_matches(given.lower(), names, n=1, cutoff=0.5)
    hint = f"Did you mean {nearest[0]!r}? " if nearest else ""
    return f"{hint}Known names: {', '.join(map(repr, names))}."


def call_of(cls: type) -> str:
    """Return how an instance of a class is written: ``Adam()``, or ``TorchOptimizer(...)``."""
    required = any(p.default is p.empty for p in signature(cls).parameters.values())
    return f"{cls.__name__}({'...' if required else ''})"
