"""The file from which a search that was killed resumes.

``Checkpoint`` is a SQLite database of records: numbers, strings, containers and arrays, which
``encoding`` writes as JSON and bytes. Reading one executes no code. What the records mean is known to
those who write them: ``KeptAnswers`` of ``_fits`` and ``KeptScores`` of the search.
"""

from sklearn_deep._checkpoint.checkpoint import Checkpoint
from sklearn_deep._checkpoint.encoding import UnsupportedValueError, decoded_value, encoded_value

__all__ = ["Checkpoint", "UnsupportedValueError", "decoded_value", "encoded_value"]
