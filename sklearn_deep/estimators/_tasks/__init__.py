"""The task of a network: classification, regression, reconstruction, or one of the first two with the last.

``task`` is the base class, with the losses of a task and the conversion of y to targets.
``classification``, ``regression`` and ``reconstruction`` are the tasks; ``unlabeled`` adds samples
without a label. ``checked_rows`` checks X and y of ``fit`` with a task. ``labels`` encodes classes, and
``class_weight`` computes their weights.
"""

from sklearn_deep.estimators._tasks.checked_rows import training_rows, validation_rows
from sklearn_deep.estimators._tasks.classification import ClassificationTask
from sklearn_deep.estimators._tasks.labels import Labels
from sklearn_deep.estimators._tasks.reconstruction import (
    ReconstructionTask,
    joint_terms,
    reconstruction_loss,
)
from sklearn_deep.estimators._tasks.regression import RegressionTask
from sklearn_deep.estimators._tasks.task import Task
from sklearn_deep.estimators._tasks.unlabeled import LabelMarker

__all__ = [
    "ClassificationTask",
    "LabelMarker",
    "Labels",
    "ReconstructionTask",
    "RegressionTask",
    "Task",
    "joint_terms",
    "reconstruction_loss",
    "training_rows",
    "validation_rows",
]
