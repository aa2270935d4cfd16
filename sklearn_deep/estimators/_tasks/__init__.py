"""What an estimator learns: classes, numbers, a code or a reconstruction.

``classification`` and ``regression`` turn y into targets and outputs into predictions; ``code`` and
``reconstruction`` are about autoencoders. ``labels`` encodes classes, ``class_weight`` weighs them.
"""

from sklearn_deep.estimators._tasks.classification import Classifying
from sklearn_deep.estimators._tasks.code import Encoding
from sklearn_deep.estimators._tasks.labels import Labels
from sklearn_deep.estimators._tasks.reconstruction import Reconstructing
from sklearn_deep.estimators._tasks.regression import Regressing

__all__ = ["Classifying", "Encoding", "Labels", "Reconstructing", "Regressing"]
