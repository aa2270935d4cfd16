"""One registry for every kind of plug-in: initializers, activations, optimizers and so on."""

from sklearn_deep.plugins._plugin import Plugin
from sklearn_deep.plugins._registry import available, declare_family, register, resolve

__all__ = ["Plugin", "available", "declare_family", "register", "resolve"]
