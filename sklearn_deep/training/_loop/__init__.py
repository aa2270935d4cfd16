"""The loop over epochs. In: plans. Out: results.

``train`` is the loop. It runs plans to their end or to a pause and notifies observers, which
``observer`` describes. ``training`` trains all members for one epoch and records its values; ``steps``
makes the steps of an epoch, all at once or, for an observer of steps, one by one; ``validation``
evaluates validation samples.
"""

from sklearn_deep.training._loop.observer import Observer, StepObserver
from sklearn_deep.training._loop.train import train
from sklearn_deep.training._loop.training import Training

__all__ = ["Observer", "StepObserver", "Training", "train"]
