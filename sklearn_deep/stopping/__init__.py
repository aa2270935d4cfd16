"""Early stopping: whether training ends before ``max_epochs``.

In: the monitored value of each epoch. Out: whether it improved, and whether to stop.
"""

from sklearn_deep.plugins import declare_family, register
from sklearn_deep.stopping._early_stopping import EarlyStopping, Replay, Watch

declare_family("stopping", EarlyStopping)
register("stopping", "convergence", EarlyStopping(monitor="loss", patience=20))

__all__ = ["EarlyStopping", "Replay", "Watch"]
