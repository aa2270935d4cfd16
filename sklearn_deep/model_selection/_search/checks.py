"""Checks before a search starts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sklearn_deep._compat.sklearn import num_samples
from sklearn_deep._shared import warn_user
from sklearn_deep.estimators import rises_until
from sklearn_deep.model_selection._search.scoring import Params


def check_budget(search: Any) -> None:
    """Raise an error if the numbers of candidates, stages and epochs are inconsistent."""
    owner = type(search).__name__
    if search.n_iter == "all":
        if search.n_stages > 1:
            raise ValueError(
                f"The 'n_stages' parameter of {owner} must be 1 with n_iter='all', because the first stage "
                f"then tries every candidate; got {search.n_stages}. Set n_iter to a number."
            )
    elif search.n_iter < search.n_stages:
        raise ValueError(
            f"The 'n_iter' parameter of {owner} must be at least n_stages={search.n_stages}, one candidate "
            f"per stage; got {search.n_iter}."
        )


def warn_of_rising_rates(search: Any, estimators: Iterable[Any]) -> None:
    """Warn if halving compares candidates while their learning rates still increase."""
    last = [rises_until(estimator) for estimator in estimators]
    n_early = sum(time > search.min_epochs for time in last)
    if n_early:
        text = (
            f"{type(search).__name__} with min_epochs={search.min_epochs} compares candidates while the learning "
            f"rate of {n_early} of {len(last)} is still increasing (until epoch {max(last):.3g}), so these "
            "early scores say little about the final ones. Increase min_epochs, or use a schedule without "
            "warm-up ('cosine', None)."
        )
        warn_user(UserWarning(text))


def warn_of_divided_validation(owner: str, X: Any, params: Params) -> None:
    """Warn if validation samples are split into the folds because they are as many as those of X."""
    for name, value in params.items():
        last = name.rpartition("__")[2]
        if (
            last in ("X_val", "y_val")
            and value is not None
            and num_samples(value) == num_samples(X)
        ):
            text = (
                f"{name} of {owner}.fit has as many samples as X, so it is split into the folds like "
                "sample_weight. Pass a different number of validation samples, or none."
            )
            warn_user(UserWarning(text))
