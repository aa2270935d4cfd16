"""The file from which an interrupted search resumes.

``Checkpoint`` is a SQLite database of records (numbers, strings, containers and arrays), which
``encoding`` converts to JSON and bytes. Reading it does not execute code. The contents of the records are
defined by their writers, ``KeptAnswers`` in ``_fits`` and ``KeptScores`` in the search.
"""

from sklearn_deep._checkpoint.checkpoint import Checkpoint
from sklearn_deep._checkpoint.encoding import UnsupportedValueError, decoded_value, encoded_value

__all__ = ["Checkpoint", "UnsupportedValueError", "decoded_value", "encoded_value"]
