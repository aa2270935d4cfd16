"""Whether code belongs to an installed library, identified by its version, or to the user."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import sysconfig
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

_OWN = __name__.partition(".")[0]
_INSTALLED = {"site-packages", "dist-packages"}
_STANDARD = tuple(
    Path(folder).resolve()
    for name, folder in sysconfig.get_paths().items()
    if name in ("stdlib", "platstdlib")
)


def is_library(module_name: str | None) -> bool:
    """Return whether a module belongs to the standard library, site-packages or this package."""
    if not module_name or module_name == "__main__":
        return False
    if module_name.partition(".")[0] == _OWN or module_name in sys.builtin_module_names:
        return True
    module = sys.modules.get(module_name)
    if module is None:
        return False
    spec, file = getattr(module, "__spec__", None), getattr(module, "__file__", None)
    places = [file] if file else list(getattr(module, "__path__", []))
    if not places:
        return getattr(spec, "origin", None) in ("built-in", "frozen")
    return all(map(_is_installed, places))


@cache
def _is_installed(file: str) -> bool:
    path = Path(file).resolve()
    return not _INSTALLED.isdisjoint(path.parts) or any(map(path.is_relative_to, _STANDARD))


def is_library_object(thing: Any) -> bool:
    """Return whether a function or class can be imported from a library under its own name."""
    module_name: Any = getattr(thing, "__module__", None)
    if not is_library(module_name):
        return False
    found: Any = sys.modules.get(module_name)
    for part in thing.__qualname__.split("."):
        found = getattr(found, part, None)
    return found is thing


def version_of(module_name: str) -> str:
    """Return the version of the package that a module belongs to, or an empty string."""
    package = sys.modules.get(module_name.partition(".")[0])
    return str(getattr(package, "__version__", ""))


def imported(name: str, level: int, package: str | None) -> ModuleType | None:
    """Return the module that an import statement in a user's module imports; None for libraries."""
    try:
        name = importlib.util.resolve_name("." * level + name, package)
        first = name.partition(".")[0]
        if first in sys.builtin_module_names:
            return None
        spec = None if first in sys.modules else importlib.util.find_spec(first)
        if is_library(first) or (spec and spec.origin and _is_installed(spec.origin)):
            return None
        return importlib.import_module(name)
    except Exception:  # noqa: BLE001 - a module can raise anything, and will again when it is used
        return None
