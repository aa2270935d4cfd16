"""Validate every public docstring with numpydoc; `make check` runs this."""

import importlib
import inspect
import pkgutil
import sys
import tomllib
from pathlib import Path

from numpydoc.validate import validate

import sklearn_deep

# Packages under the public ones: described, but by fewer words.
INNER = ("sklearn_deep.networks", "sklearn_deep.training", "sklearn_deep.estimators")
CONFIG = Path(__file__).parent.parent / "pyproject.toml"


def public_objects():
    """Yield the dotted names of public packages, their objects, and the methods these define."""
    names = [sklearn_deep.__name__]
    names += [m.name for m in pkgutil.walk_packages(sklearn_deep.__path__, "sklearn_deep.")]
    for name in names:
        if name in INNER or any(part.startswith("_") for part in name.split(".")):
            continue
        module = importlib.import_module(name)
        for attribute in module.__all__:
            thing = getattr(module, attribute)
            if getattr(thing, "__module__", "sklearn_deep").startswith("scipy."):
                continue  # Exported again: described there.
            yield f"{name}.{attribute}"
            if inspect.isclass(thing) and thing.__module__.startswith("sklearn_deep"):
                yield from (f"{name}.{attribute}.{method}" for method in own_methods(thing))


def own_methods(cls):
    """Return the public methods that ``cls`` is the first to declare: overrides are documented there."""
    inherited = {name for base in cls.__mro__[1:] for name in vars(base)}
    return [
        name
        for name, value in vars(cls).items()
        if not name.startswith("_")
        and name not in inherited
        and (inspect.isfunction(value) or isinstance(value, classmethod | staticmethod))
    ]


def main():
    """Print what is wrong and return the number of faults."""
    checks = set(tomllib.loads(CONFIG.read_text())["tool"]["numpydoc_validation"]["checks"])
    faults = 0
    for name in sorted(set(public_objects())):
        for code, message in validate(name)["errors"]:
            if code in checks:
                faults += 1
                print(f"{name}: {code} {message}")
    print(f"{faults} faults in docstrings")
    return faults


if __name__ == "__main__":
    sys.exit(main() > 0)
