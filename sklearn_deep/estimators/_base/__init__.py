"""From parameters and data to a fitted estimator.

``estimator`` has the order of a fit (plan, train, adopt), ``planning`` turns parameters into a plan,
``mlp``, ``autoencoder`` and ``joint_autoencoder`` add their architectures. ``warm_start`` resumes
earlier fits, ``convergence`` warns, ``planned_fit`` is the entry for those who train many fits
together, ``network_rows`` hands out what a fitted estimator gives its network.
"""

from sklearn_deep.estimators._base.autoencoder import BaseAutoencoder
from sklearn_deep.estimators._base.convergence import DIVERGED, UNCONVERGED
from sklearn_deep.estimators._base.estimator import DeepEstimator
from sklearn_deep.estimators._base.joint_autoencoder import BaseJointAutoencoder
from sklearn_deep.estimators._base.mlp import BaseMLP
from sklearn_deep.estimators._base.network_rows import network_rows
from sklearn_deep.estimators._base.planned_fit import (
    PlannedFit,
    begin_fit,
    move_networks,
    trains_by_itself,
)

__all__ = [
    "DIVERGED",
    "UNCONVERGED",
    "BaseAutoencoder",
    "BaseJointAutoencoder",
    "BaseMLP",
    "DeepEstimator",
    "PlannedFit",
    "begin_fit",
    "move_networks",
    "network_rows",
    "trains_by_itself",
]
