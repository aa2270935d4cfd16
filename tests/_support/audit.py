"""Watches what Python executes: code, imports, pickles, other programs."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_forbidden: tuple[str, ...] = ()
_seen: list[tuple[str, str]] = []


def _watch(event, arguments):
    if event in _forbidden:
        _seen.append((event, str(arguments)))


@contextmanager
def watched(*names: str) -> Iterator[list[tuple[str, str]]]:
    """Give the list of the audit events of some names that happen inside the block."""
    global _forbidden  # noqa: PLW0603
    if not _hooks:
        _hooks.append(_watch)
        sys.addaudithook(_watch)  # there is no way to remove it
    _seen.clear()
    _forbidden = names
    try:
        yield _seen
    finally:
        _forbidden = ()


_hooks: list[object] = []
