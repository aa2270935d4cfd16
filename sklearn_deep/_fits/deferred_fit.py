"""A fit whose result is known."""

from __future__ import annotations

from typing import Any, Self

from sklearn_deep._equality import Key
from sklearn_deep._fits.active_fit import Job
from sklearn_deep._fits.captured_fit import StandIn
from sklearn_deep._fits.fitting import Asking
from sklearn_deep._fits.samples import Samples
from sklearn_deep._fits.scheduler import FitScheduler
from sklearn_deep.training import Shared


class DeferredFit(StandIn):
    """Stands in for an estimator whose fit is made only if its fitted estimator is needed.

    As the estimator of a job it is done at once.

    Parameters
    ----------
    job : Job
        The fit.
    known : dict
        What is known of it.
    """

    def __init__(self, job: Job, known: dict[str, Any]) -> None:
        super().__init__(job.estimator)
        self.job, self.known = job, known

    def fitted(self) -> Any:
        """Make the fit and return the estimator."""
        (outcome,) = FitScheduler([self.job]).outcomes()
        if isinstance(outcome.estimator, Exception):
            raise outcome.estimator
        return outcome.estimator

    def _fit_asking(
        self,
        X: Samples,
        y: Samples | None,
        params: dict[str, Samples | None],
        shared: Shared,
    ) -> Asking:
        """Ask for nothing."""
        yield from ()
        return self, Key.unknown()

    def __deepcopy__(self, memo: Any) -> Self:
        # Nothing of it changes, and its job holds the samples.
        return self
