"""Conversion of fitted attributes to arrays, numbers, strings, containers and plug-ins for files.

Networks and optimizer states are rebuilt from these, so that a file contains no torch objects and can be
read without executing code.
"""

from sklearn_deep.estimators._stored.attributes import REQUESTS, state_of, state_to_store
from sklearn_deep.estimators._stored.doubts import doubts_of, doubts_to_store
from sklearn_deep.estimators._stored.requests import put_back

__all__ = ["REQUESTS", "doubts_of", "doubts_to_store", "put_back", "state_of", "state_to_store"]
