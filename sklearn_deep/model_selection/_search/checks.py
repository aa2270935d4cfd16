"""What a search checks before it begins."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sklearn_deep._compat.sklearn import num_samples
from sklearn_deep._shared import warn_user
from sklearn_deep.estimators import rises_until
from sklearn_deep.model_selection._search.scoring import Params


def check_budget(search: Any) -> None:
    """Raise an error if numbers of candidates, stages and epochs do not fit together."""
    owner = type(search).__name__
    if search.n_iter == "all":
        if search.n_stages > 1:
            raise ValueError(
                f"The 'n_stages' parameter of {owner} must be 1 with n_iter='all', which leaves nothing "
                f"to draw later; got {search.n_stages}. Give n_iter as a number."
            )
    elif search.n_iter < search.n_stages:
        raise ValueError(
            f"The 'n_iter' parameter of {owner} must be at least n_stages={search.n_stages}, one candidate "
            f"a stage; got {search.n_iter}."
        )


def warn_of_rising_rates(search: Any, estimators: Iterable[Any]) -> None:
    """Warn of candidates that halving judges while their learning rates still rise."""
    last = [rises_until(estimator) for estimator in estimators]
    n_early = sum(time > search.min_epochs for time in last)
    if n_early:
        text = (
            f"min_epochs={search.min_epochs} of {type(search).__name__} compares candidates while the learning "
            f"rate of {n_early} of {len(last)} still rises, until epoch {max(last):.3g}: their schedule begins "
            "with a small one, so their scores say little about the end. Give a larger min_epochs, or a "
            "schedule that does not rise ('cosine', None)."
        )
        warn_user(UserWarning(text))


def warn_of_divided_validation(owner: str, X: Any, params: Params) -> None:
    """Warn of validation samples that are divided by the folds, as they are as many as those of X."""
    for name, value in params.items():
        last = name.rpartition("__")[2]
        if (
            last in ("X_val", "y_val")
            and value is not None
            and num_samples(value) == num_samples(X)
        ):
            text = (
                f"{name} of {owner}.fit has as many samples as X, so it is divided by the folds as sample "
                "weights are. Give validation samples of another length, or none."
            )
            warn_user(UserWarning(text))
