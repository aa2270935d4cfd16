"""The loop over epochs.

Plans come in, results go out. ``train`` is the loop: it runs plans to their end or to a pause and
notifies observers, which ``observer`` describes. ``training`` trains all members for an epoch and
records it; ``steps`` makes the epoch's steps, all at once or, for an observer of steps, one by one.
"""

from sklearn_deep.training._loop.observer import Observer, StepObserver
from sklearn_deep.training._loop.train import train
from sklearn_deep.training._loop.training import Training

__all__ = ["Observer", "StepObserver", "Training", "train"]
