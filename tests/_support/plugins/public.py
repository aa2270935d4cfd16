"""All classes of plug-ins that users see."""

import importlib
import inspect
import pkgutil

import sklearn_deep
from sklearn_deep.plugins import Plugin


def public_plugins():
    for module in pkgutil.iter_modules(sklearn_deep.__path__):
        if not module.name.startswith("_"):
            package = importlib.import_module(f"sklearn_deep.{module.name}")
            for name in package.__all__:
                value = getattr(package, name)
                if inspect.isclass(value) and issubclass(value, Plugin) and value is not Plugin:
                    yield value


KINDS = sorted(set(public_plugins()), key=lambda kind: kind.__name__)
