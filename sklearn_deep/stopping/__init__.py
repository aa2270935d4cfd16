"""When training ends before ``max_epochs``."""

from sklearn_deep.plugins import declare_family, register
from sklearn_deep.stopping._early_stopping import EarlyStopping, Replay, Watch

declare_family("stopping", EarlyStopping)
register("stopping", "convergence", EarlyStopping(monitor="loss", patience=20))

__all__ = ["EarlyStopping", "Replay", "Watch"]
