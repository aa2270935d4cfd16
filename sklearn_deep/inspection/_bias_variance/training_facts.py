"""Summary of the training of networks on folds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from sklearn_deep.estimators import DeepEstimator, rule_of_fit
from sklearn_deep.inspection._common import Learner

# A loss is still falling if the last tenth of the epochs contributed 2 % of its total decrease.
_FALL = 0.02


class TrainingFacts(NamedTuple):
    """Summary of the training of the network of each fold; empty for other estimators.

    Parameters
    ----------
    n_epochs : tuple of int
        Number of epochs run.
    max_epochs : tuple of int
        Value of ``max_epochs``.
    diverged : tuple of bool
        Whether the loss or weights became infinite or NaN.
    still_falling : tuple of bool
        Whether the last tenth of the epochs contributed more than 2 % of the total decrease of the loss.
    """

    n_epochs: tuple[int, ...] = ()
    max_epochs: tuple[int, ...] = ()
    diverged: tuple[bool, ...] = ()
    still_falling: tuple[bool, ...] = ()

    @property
    def any_diverged(self) -> bool:
        """Whether training diverged on any fold."""
        return any(self.diverged)

    @property
    def ended_while_falling(self) -> bool:
        """Whether most folds ran ``max_epochs`` epochs while the loss was still falling."""
        ran_out = np.greater_equal(self.n_epochs, self.max_epochs)
        return _most(ran_out & np.array(self.still_falling, dtype=bool))

    @property
    def stopped_early(self) -> bool:
        """Whether most folds stopped before half of ``max_epochs``, without divergence."""
        short = 2 * np.array(self.n_epochs) < np.array(self.max_epochs)
        return _most(short & ~np.array(self.diverged, dtype=bool))


def facts_of(fitted: Sequence[Any]) -> TrainingFacts:
    """Return the summary for fitted estimators."""
    nets = [one for one in fitted if isinstance(one, DeepEstimator)]
    return TrainingFacts(
        tuple(net.n_epochs_ for net in nets),
        tuple(int(net.get_params(deep=False)["max_epochs"]) for net in nets),
        tuple(bool(net.diverged_) for net in nets),
        tuple(_falls(net.history_["loss"]) for net in nets),
    )


def stops_on_validation(learner: Learner) -> bool:
    """Return whether early stopping monitors validation samples on most folds."""
    rules = [rule_of_fit(net) for net in learner.fitted or [learner.estimator]]
    return _most(
        np.array([rule is not None and rule.monitored.startswith("val_") for rule in rules])
    )


def _falls(loss: np.ndarray) -> bool:
    n = max(1, len(loss) // 10)
    if len(loss) < 2 * n or not np.isfinite(loss).all():
        return False
    before, last = np.mean(loss[-2 * n : -n]), np.mean(loss[-n:])
    return bool(before - last > _FALL * abs(loss[0] - last))


def _most(which: np.ndarray) -> bool:
    return bool(len(which) and which.mean() > 0.5)
