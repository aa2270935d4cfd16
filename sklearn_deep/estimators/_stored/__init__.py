"""Fitted attributes as files hold them: arrays, numbers, strings, containers and plug-ins.

Networks and the states of optimizers are rebuilt from it, so that a file needs no code of torch's and
can be read without executing any.
"""

from sklearn_deep.estimators._stored.attributes import restored, stored

__all__ = ["restored", "stored"]
