"""The skorch net that hosts a single fit, for callbacks and for ``net_``.

``net`` is the skorch net. ``net_observer`` passes the events of training to it and to skorch's callbacks,
which ``callbacks`` checks; ``scores`` reads the scores of ``EpochScoring``, ``lines`` prints the output of
a verbose fit, ``outputs`` and ``mean_loss`` define outputs and loss as skorch sees them.
``sklearn_callbacks`` supports the callbacks of scikit-learn, ``fitted_network`` is the trained network,
``hosted_fit`` builds the skorch net when it is first used, and ``pickling`` moves both to the CPU.
"""

from sklearn_deep.estimators._hosting.callbacks import check_callbacks
from sklearn_deep.estimators._hosting.fitted_network import FittedNetwork
from sklearn_deep.estimators._hosting.hosted_fit import HostedFit
from sklearn_deep.estimators._hosting.net import NetSettings, TrainingNet
from sklearn_deep.estimators._hosting.net_observer import FitObserver
from sklearn_deep.estimators._hosting.outputs import predictions
from sklearn_deep.estimators._hosting.pickling import Copied
from sklearn_deep.estimators._hosting.scores import as_monitored, check_direction, scorings
from sklearn_deep.estimators._hosting.sklearn_callbacks import EpochTasks

__all__ = [
    "Copied",
    "EpochTasks",
    "FitObserver",
    "FittedNetwork",
    "HostedFit",
    "NetSettings",
    "TrainingNet",
    "as_monitored",
    "check_callbacks",
    "check_direction",
    "predictions",
    "scorings",
]
