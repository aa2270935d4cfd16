"""From parameters and data to a fitted estimator.

``estimator`` defines the order of a fit (plan, train, adopt). ``planning`` converts parameters and the
arguments of ``fit`` to a plan; ``layers`` determines the architecture, noise and weight decay, ``rules``
the optimizer, schedule, stopping rule and validation samples. ``predictors`` and ``autoencoder`` contain
the public methods of fitted estimators, ``unsupervised`` the fit of autoencoders without a head.
``warm_start`` resumes earlier fits, ``convergence`` warns about unfinished ones, ``planned_fit`` splits a
fit so that many can be trained together, and ``prediction`` applies a fitted network to new samples.
"""

from sklearn_deep.estimators._base.autoencoder import AutoencoderMixin, JointAutoencoderMixin
from sklearn_deep.estimators._base.convergence import DIVERGED, OUT_OF_TIME, UNCONVERGED
from sklearn_deep.estimators._base.estimator import DeepEstimator
from sklearn_deep.estimators._base.layers import (
    autoencoder_architecture,
    mlp_architecture,
)
from sklearn_deep.estimators._base.planned_fit import (
    PlannedFit,
    begin_fit,
    move_networks,
    rises_until,
    trains_by_itself,
)
from sklearn_deep.estimators._base.prediction import network_rows
from sklearn_deep.estimators._base.predictors import DeepClassifierMixin, DeepRegressorMixin
from sklearn_deep.estimators._base.unsupervised import UnsupervisedAutoencoder

__all__ = [
    "DIVERGED",
    "OUT_OF_TIME",
    "UNCONVERGED",
    "AutoencoderMixin",
    "DeepClassifierMixin",
    "DeepEstimator",
    "DeepRegressorMixin",
    "JointAutoencoderMixin",
    "PlannedFit",
    "UnsupervisedAutoencoder",
    "autoencoder_architecture",
    "begin_fit",
    "mlp_architecture",
    "move_networks",
    "network_rows",
    "rises_until",
    "trains_by_itself",
]
