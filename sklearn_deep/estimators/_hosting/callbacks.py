"""Check of the ``net_callbacks`` parameter."""

from __future__ import annotations

from typing import Any

from sklearn.base import BaseEstimator
from skorch.callbacks import Callback


def check_callbacks(estimator: BaseEstimator) -> None:
    """Raise an error unless ``net_callbacks`` is None or a list of callbacks, with or without names.

    Raises
    ------
    TypeError
        If it is no list, or contains anything but callbacks and pairs ``(name, callback)``.
    ValueError
        If two callbacks have the same name.
    """
    owner = type(estimator).__name__
    given = estimator.get_params(deep=False)["net_callbacks"]
    if given is None:
        return
    if not isinstance(given, list | tuple):
        raise TypeError(
            f"The 'net_callbacks' parameter of {owner} must be a list of skorch callbacks or None, got "
            f"{given!r}. Put a single callback into a list."
        )
    for item in given:
        named = isinstance(item, list | tuple) and len(item) == 2 and isinstance(item[0], str)
        _check_callback(item[1] if named else item, owner)
    names = [item[0] for item in given if isinstance(item, list | tuple)]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(
                f"The 'net_callbacks' parameter of {owner} must not contain callbacks with the same name, got "
                f"{name!r} {names.count(name)} times."
            )


def _check_callback(item: Any, owner: str) -> None:
    if isinstance(item, Callback):
        return
    hint = "Write a class that inherits from skorch.callbacks.Callback, and pass an instance."
    if isinstance(item, type) and issubclass(item, Callback):
        hint = f"Pass an instance, {item.__name__}(...)."
    elif hasattr(item, "on_fit_task_end"):
        hint = "Set callbacks of scikit-learn with set_callbacks(...)."
    raise TypeError(
        f"The 'net_callbacks' parameter of {owner} must contain skorch callbacks, or pairs of a name and a "
        f"callback, got {item!r}. {hint}"
    )
