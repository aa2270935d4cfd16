"""Training: plans in, results out. Knows nothing of scikit-learn."""

from sklearn_deep.training._batches import Batch
from sklearn_deep.training._computation import Computed
from sklearn_deep.training._data import Data
from sklearn_deep.training._followed_training import FollowedTraining
from sklearn_deep.training._isolation import isolated
from sklearn_deep.training._lazy_rows import LazyRows
from sklearn_deep.training._member import Paused, Result
from sklearn_deep.training._plan import Plan
from sklearn_deep.training._populations import populations
from sklearn_deep.training._sharing import Origin, Shared
from sklearn_deep.training._start import Progress, Start
from sklearn_deep.training._stored import StoredResult
from sklearn_deep.training._train import train
from sklearn_deep.training._training import Training

__all__ = [
    "Batch",
    "Computed",
    "Data",
    "FollowedTraining",
    "LazyRows",
    "Origin",
    "Paused",
    "Plan",
    "Progress",
    "Result",
    "Shared",
    "Start",
    "StoredResult",
    "Training",
    "isolated",
    "populations",
    "train",
]
