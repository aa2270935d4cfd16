"""What the trainings of the folds tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from sklearn_deep.estimators import DeepEstimator, rule_of_fit
from sklearn_deep.inspection._common import Learner

# A loss still falls where the last tenth of the epochs brought 2 % of its whole fall.
_FALL = 0.02


class TrainingFacts(NamedTuple):
    """How the network of each fold trained; empty for estimators that are none.

    Parameters
    ----------
    n_epochs : tuple of int
        Epochs run.
    max_epochs : tuple of int
        Epochs allowed.
    diverged : tuple of bool
        Whether loss or weights became infinite.
    still_falling : tuple of bool
        Whether the last tenth of the epochs still brought 2 % of the whole fall of the loss.
    """

    n_epochs: tuple[int, ...] = ()
    max_epochs: tuple[int, ...] = ()
    diverged: tuple[bool, ...] = ()
    still_falling: tuple[bool, ...] = ()

    @property
    def any_diverged(self) -> bool:
        """Whether a fold diverged."""
        return any(self.diverged)

    @property
    def ended_while_falling(self) -> bool:
        """Whether most folds ran all epochs and were still getting better."""
        ran_out = np.greater_equal(self.n_epochs, self.max_epochs)
        return _most(ran_out & np.array(self.still_falling, dtype=bool))

    @property
    def stopped_early(self) -> bool:
        """Whether most folds stopped before half of their epochs, without divergence."""
        short = 2 * np.array(self.n_epochs) < np.array(self.max_epochs)
        return _most(short & ~np.array(self.diverged, dtype=bool))


def facts_of(fitted: Sequence[Any]) -> TrainingFacts:
    """Return the facts of fitted learners."""
    nets = [one for one in fitted if isinstance(one, DeepEstimator)]
    return TrainingFacts(
        tuple(net.n_epochs_ for net in nets),
        tuple(int(net.get_params(deep=False)["max_epochs"]) for net in nets),
        tuple(bool(net.diverged_) for net in nets),
        tuple(_falls(net.history_["loss"]) for net in nets),
    )


def stops_on_validation(learner: Learner) -> bool:
    """Return whether a network stops by a value on validation samples, in most folds."""
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
