"""scikit-learn's callbacks, if scikit-learn has them (1.9 and later)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

if TYPE_CHECKING:

    class CallbackSupportMixin:
        """Has ``set_callbacks``."""

    def with_callbacks(method: F) -> F:
        """Return a method that closes the callbacks, whatever happens."""

else:
    try:
        from sklearn.callback import CallbackSupportMixin, with_callbacks
    except ImportError:

        class CallbackSupportMixin:
            """Nothing: this scikit-learn has no callbacks."""

        def with_callbacks(method: F) -> F:
            """Return the method itself: this scikit-learn has no callbacks."""
            return method


def own_callbacks(estimator: Any) -> list[Any]:
    """Return the callbacks that were set on an estimator."""
    return list(getattr(estimator, "_skl_callbacks", ()))


def callback_context(estimator: Any, n_tasks: int) -> Any:
    """Return the context of a fit of so many tasks, of an estimator with callbacks."""
    return estimator._init_callback_context(max_subtasks=n_tasks)


def propagates_callbacks(estimator: Any) -> bool:
    """Tell whether callbacks of an estimator are to be propagated to the estimators that it fits."""
    parent = getattr(estimator, "_parent_callback_ctx", None)
    depth = 0 if parent is None else parent._propagation_depth + 1
    limits = [c.max_propagation_depth for c in own_callbacks(estimator) if _is_propagated(c)]
    return any(limit is None or depth < limit for limit in limits)


def has_callbacks(estimator: Any) -> bool:
    """Tell whether callbacks were set on an estimator, or on a part of it."""
    return any(map(own_callbacks, [estimator, *estimator.get_params(deep=True).values()]))


def _is_propagated(callback: Any) -> bool:
    return hasattr(callback, "max_propagation_depth")
