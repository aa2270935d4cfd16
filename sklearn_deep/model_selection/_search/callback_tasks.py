"""Tasks of scikit-learn's callbacks that name the search that the user called."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any


class CallbackTask:
    """A context of scikit-learn's callbacks whose hooks get another estimator than scikit-learn gives.

    Parameters
    ----------
    context : sklearn.callback.CallbackContext
    estimator : estimator
        What hooks get.
    """

    def __init__(self, context: Any, estimator: Any) -> None:
        self.context, self.estimator = context, estimator

    def subcontext(self, *args: Any, **kwargs: Any) -> CallbackTask:
        """Return the context of a part of the task."""
        return CallbackTask(self.context.subcontext(*args, **kwargs), self.estimator)

    def propagate_callback_context(self, sub_estimator: Any) -> AbstractContextManager[None]:
        """Let an estimator that is fitted meanwhile have the callbacks that propagate."""
        manager: AbstractContextManager[None] = self.context.propagate_callback_context(
            sub_estimator
        )
        return manager

    def call_on_fit_task_begin(self, **given: Any) -> CallbackTask:
        """Tell the callbacks that the task begins."""
        self.context.call_on_fit_task_begin(**given | {"estimator": self.estimator})
        return self

    def call_on_fit_task_end(self, **given: Any) -> bool:
        """Tell the callbacks that the task ends; return whether one of them asks to stop."""
        stop: bool = self.context.call_on_fit_task_end(**given | {"estimator": self.estimator})
        return stop
