"""Training data and the random numbers of training.

``data`` holds samples, targets and weights. ``lazy_rows`` keeps samples sparse or on disk until a batch
needs them, ``taken`` refers to samples of a tensor without copying them, and ``pool`` holds the data of
all members with each distinct tensor stored once. ``draws`` generates the random numbers of noise and
dropout, outside the step.
"""

from sklearn_deep.training._data.data import Data
from sklearn_deep.training._data.draws import Draws, seeded
from sklearn_deep.training._data.lazy_rows import LazyRows, as_floats
from sklearn_deep.training._data.pool import Column, Pool
from sklearn_deep.training._data.taken import SharedSource, TakenRows

__all__ = [
    "Column",
    "Data",
    "Draws",
    "LazyRows",
    "Pool",
    "SharedSource",
    "TakenRows",
    "as_floats",
    "seeded",
]
