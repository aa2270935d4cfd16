"""What a network learns: classes, numbers, reconstructions, or one of the first two and the last.

``task`` says what a task is: which losses it has, how y becomes targets. ``classification``,
``regression`` and ``reconstruction`` are the tasks; ``unlabeled`` adds samples without a label.
``checked_rows`` takes X and y of ``fit`` through a task. ``labels`` encodes classes, ``class_weight``
weighs them.
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
