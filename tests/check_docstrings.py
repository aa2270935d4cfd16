"""Validate every public docstring with numpydoc; `make check` runs this.

``numpydoc lint`` reads files without importing them. It then misses the parameters of a dataclass, and cannot tell
a public name, nor a method that overrides one described elsewhere, so the names are listed here.
"""

import importlib
import inspect
import sys
import tomllib
from pathlib import Path

from numpydoc.validate import validate

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "docs" / "_build_steps"))

import public_names


def public_objects():
    """Yield the dotted names of objects in the reference, and of the methods that classes define."""
    for package, kinds in public_names.by_package().items():
        for name in kinds["classes"] + kinds["functions"]:
            yield f"{package}.{name}"
        for name in kinds["classes"]:
            cls = getattr(importlib.import_module(package), name)
            yield from (f"{package}.{name}.{method}" for method in own_methods(cls))


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
    """Print all faults and return their number."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    checks = set(config["tool"]["numpydoc_validation"]["checks"])
    faults = [
        f"{name}: {code} {message}"
        for name in sorted(public_objects())
        for code, message in validate(name)["errors"]
        if code in checks
    ]
    print("\n".join([*faults, f"{len(faults)} faults in docstrings"]))
    return len(faults)


if __name__ == "__main__":
    sys.exit(main() > 0)
