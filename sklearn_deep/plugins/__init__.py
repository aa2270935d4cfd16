"""The registry of all plug-ins: initializers, activations, optimizers and so on.

In: the value of an estimator's parameter, such as a name. Out: a plug-in. Read ``_plugin`` (the base
class), then ``_registry`` (names), then ``_entry_points`` (names from other installed packages).
"""

from sklearn_deep.plugins._plugin import Plugin
from sklearn_deep.plugins._registry import available, declare_family, register, resolve

__all__ = ["Plugin", "available", "declare_family", "register", "resolve"]
