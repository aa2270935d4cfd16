"""The loop over epochs.

``train`` runs plans to their end or to a pause; ``training`` makes the epochs;
``followed_training`` makes those that a ``listener`` follows step by step; ``isolation`` keeps a
fit from changing its process.
"""

from sklearn_deep.training._loop.followed_training import FollowedTraining
from sklearn_deep.training._loop.isolation import isolated
from sklearn_deep.training._loop.train import train
from sklearn_deep.training._loop.training import Training

__all__ = ["FollowedTraining", "Training", "isolated", "train"]
