"""scikit-learn's callbacks, if the installed release has them (1.9 and later)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

if TYPE_CHECKING:

    class CallbackSupportMixin:
        """Stands for scikit-learn's mixin, which provides ``set_callbacks``."""

    def with_callbacks(method: F) -> F:
        """Return a method that tears down the callbacks at its end, also after an error."""

else:
    try:
        from sklearn.callback import CallbackSupportMixin, with_callbacks
    except ImportError:

        class CallbackSupportMixin:
            """Replacement without methods for releases that have no callbacks."""

        def with_callbacks(method: F) -> F:
            """Return the method unchanged, because this release has no callbacks."""
            return method


def own_callbacks(estimator: Any) -> list[Any]:
    """Return the callbacks that were set on an estimator."""
    return list(getattr(estimator, "_skl_callbacks", ()))


def callback_context(estimator: Any, n_tasks: int) -> Any:
    """Return the callback context of a fit with ``n_tasks`` tasks; the estimator has callbacks."""
    return estimator._init_callback_context(max_subtasks=n_tasks)


def propagates_callbacks(estimator: Any) -> bool:
    """Return whether an estimator's callbacks are propagated to the estimators that it fits."""
    parent = getattr(estimator, "_parent_callback_ctx", None)
    depth = 0 if parent is None else parent._propagation_depth + 1
    limits = [c.max_propagation_depth for c in own_callbacks(estimator) if _is_propagated(c)]
    return any(limit is None or depth < limit for limit in limits)


def has_callbacks(estimator: Any) -> bool:
    """Return whether callbacks were set on an estimator or on a nested one."""
    return any(map(own_callbacks, [estimator, *estimator.get_params(deep=True).values()]))


def _is_propagated(callback: Any) -> bool:
    return hasattr(callback, "max_propagation_depth")
