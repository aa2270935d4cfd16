"""What the API reference lists: the names in ``__all__`` of each public package."""

import importlib
import inspect
import pkgutil
from collections import defaultdict

import sklearn_deep

# Packages that no user imports from.
INNER = ("sklearn_deep.networks", "sklearn_deep.training", "sklearn_deep.estimators")


def packages():
    """Return the dotted names of public packages."""
    names = [module.name for module in pkgutil.iter_modules(sklearn_deep.__path__, "sklearn_deep.")]
    public = [n for n in names if n not in INNER and not n.startswith("sklearn_deep._")]
    return ["sklearn_deep", *public]


def by_package():
    """Return the public names of each package by kind: classes, functions, what others describe."""
    return {package: _by_kind(importlib.import_module(package)) for package in packages()}


def methods():
    """Return for each public class its own public methods, and those it has from other libraries."""
    found = {}
    for package, kinds in by_package().items():
        for name in kinds["classes"]:
            cls = getattr(importlib.import_module(package), name)
            found[f"{package}.{name}"] = _methods_of(cls)
    return found


def _by_kind(module):
    kinds = {"classes": [], "functions": [], "elsewhere": []}
    for name in getattr(module, "__all__", ()):
        thing = getattr(module, name)
        if not getattr(thing, "__module__", "").startswith("sklearn_deep"):
            home = ".".join(p for p in thing.__module__.split(".") if not p.startswith("_"))
            kinds["elsewhere"].append(f"{home}.{name}")
        else:
            kinds["classes" if inspect.isclass(thing) else "functions"].append(name)
    return kinds


def _methods_of(cls):
    found = defaultdict(list)
    for name in dir(cls):
        if name.startswith("_"):
            continue
        home = next(base for base in cls.__mro__ if name in vars(base))
        if home.__module__.startswith("sklearn_deep"):
            value = vars(home)[name]
            if isinstance(value, property):
                found["properties"].append(name)
            elif inspect.isfunction(value) or isinstance(value, classmethod | staticmethod):
                found["own"].append(name)
        elif home.__module__.startswith("sklearn.") and callable(getattr(cls, name, None)):
            found["inherited"].append((name, _public_path(home)))
    return dict(found)


def _public_path(cls):
    """Return where users import a class from: its module without private parts."""
    parts = [part for part in cls.__module__.split(".") if not part.startswith("_")]
    return ".".join([*parts, cls.__name__])
