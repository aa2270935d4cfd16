"""Fitted attributes as files hold them: arrays, numbers, strings, containers and plug-ins.

Networks and the states of optimizers are rebuilt from it, so that a file needs no code of torch's and
can be read without executing any.
"""

from sklearn_deep.estimators._stored.attributes import REQUESTS, state_of, state_to_store
from sklearn_deep.estimators._stored.doubts import doubts_of, doubts_to_store
from sklearn_deep.estimators._stored.requests import put_back

__all__ = ["REQUESTS", "doubts_of", "doubts_to_store", "put_back", "state_of", "state_to_store"]
