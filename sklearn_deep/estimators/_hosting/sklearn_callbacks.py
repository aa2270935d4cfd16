"""Epochs as tasks for scikit-learn's callbacks (scikit-learn 1.9 and later)."""

from __future__ import annotations

from typing import Any

from sklearn_deep._compat.sklearn_callbacks import callback_context, own_callbacks
from sklearn_deep.training import Observer, Training


class EpochTasks(Observer):
    """Notifies an estimator's callbacks of each epoch.

    Parameters
    ----------
    estimator : estimator with callbacks
    call : FitCall
        Arguments of ``fit``; callbacks compute scores on its samples.
    max_epochs : int
        Maximum number of epochs of this fit.
    """

    runs_user_code = True

    def __init__(self, estimator: Any, call: Any, max_epochs: int) -> None:
        self.estimator, self.call = estimator, call
        weight = call.sample_weight
        self.known = {
            "X": call.X,
            "y": call.y,
            "metadata": None if weight is None else {"sample_weight": weight},
        }
        self.fit = callback_context(estimator, max_epochs)
        self.fit.call_on_fit_task_begin(estimator=estimator, **self.known)

    @classmethod
    def of(cls, estimator: Any, call: Any, max_epochs: int) -> list[EpochTasks]:
        """Return a list with the observer of a fit, empty if the estimator has no callbacks."""
        return [cls(estimator, call, max_epochs)] if own_callbacks(estimator) else []

    def begin_epoch(self, training: Training) -> bool:
        """Begin the task of an epoch."""
        self.epoch = self.fit.subcontext(task_name="epoch")
        self.epoch.call_on_fit_task_begin(estimator=self.estimator, **self.known)
        return False

    def end_epoch(self, training: Training) -> bool:
        """End the task of an epoch; return whether a callback stops the fit."""

        def fitted() -> dict[str, Any]:
            # Called only if a callback needs the attributes.
            found: dict[str, Any] = self.estimator._fitted_so_far(training, self.call)
            return found

        stop: bool = self.epoch.call_on_fit_task_end(
            estimator=self.estimator, reconstruction_attributes=fitted, **self.known
        )
        return stop

    def close(self) -> None:
        """End the task of the fit, after its attributes are set."""
        self.fit.call_on_fit_task_end(
            estimator=self.estimator, reconstruction_attributes={}, **self.known
        )
