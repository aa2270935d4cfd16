"""Each epoch as a task of scikit-learn's callbacks, where scikit-learn has them (1.9 and later)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sklearn_deep._compat.sklearn_callbacks import callback_context, own_callbacks


class EpochTasks:
    """Tells an estimator's callbacks of each epoch.

    Parameters
    ----------
    estimator : estimator with callbacks
    request : Request
        Its rows are what monitors score on.
    max_epochs : int
        Epochs of this fit, at most.
    """

    def __init__(self, estimator: Any, request: Any, max_epochs: int) -> None:
        self.estimator = estimator
        weight = request.sample_weight
        self.known = {
            "X": request.X,
            "y": request.y,
            "metadata": None if weight is None else {"sample_weight": weight},
        }
        self.fit = callback_context(estimator, max_epochs)
        self.fit.call_on_fit_task_begin(estimator=estimator, **self.known)

    @classmethod
    def of(cls, estimator: Any, request: Any, max_epochs: int) -> EpochTasks | None:
        """Return the tasks of a fit, or None where nobody listens."""
        if not own_callbacks(estimator):
            return None
        return cls(estimator, request, max_epochs)

    def begin_epoch(self) -> None:
        """Open the task of an epoch."""
        self.epoch = self.fit.subcontext(task_name="epoch")
        self.epoch.call_on_fit_task_begin(estimator=self.estimator, **self.known)

    def end_epoch(self, fitted: Callable[[], dict[str, Any]]) -> bool:
        """Close it; return whether a callback asks to stop.

        Parameters
        ----------
        fitted : callable
            Returns the fitted attributes as of now; called only where a callback wants them.
        """
        stop: bool = self.epoch.call_on_fit_task_end(
            estimator=self.estimator, reconstruction_attributes=fitted, **self.known
        )
        return stop

    def end(self) -> None:
        """Close the fit, whose attributes are set by now."""
        self.fit.call_on_fit_task_end(
            estimator=self.estimator, reconstruction_attributes={}, **self.known
        )
