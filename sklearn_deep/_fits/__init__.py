"""Run many fits together.

A fit is a coroutine that requests the slow parts of its work, such as a fitted transformer or a
trained network. The scheduler collects the requests of all fits, answers equal requests once, trains
networks of the same structure as one population, and returns the answers. It only deals with
estimators and samples: jobs come in, and fitted estimators or errors come out, in the same order. An
ensemble fits its members like this::

    subsets = TrainingSubsets(X, y, fit_params, rows)  # sample indices, one array per member
    jobs = [subsets.job(clone(estimator), k) for k in range(len(subsets))]
    outcomes = FitScheduler(jobs, Workers(n_jobs)).outcomes()
    estimators_ = [outcome.estimator for outcome in outcomes]

Read ``fitting`` (requests and the coroutine), ``active_fit`` (a fit under way), ``scheduler``,
``task`` (what a worker does in one go) and ``workers``. ``samples``, ``subsets`` and ``budget`` are
about data and its memory, ``kept_answers`` and ``deferred_fit`` about resuming, ``progress`` about the person who waits,
``captured_fit`` about estimators that prepare arguments for another one.
"""

from sklearn_deep._fits.active_fit import Job, Outcome, is_fitted_alone, outcome_of
from sklearn_deep._fits.captured_fit import CapturedFit, StandIn
from sklearn_deep._fits.deferred_fit import DeferredFit
from sklearn_deep._fits.fitting import Asking, FitRequest, Fitted, fitting
from sklearn_deep._fits.kept_answers import KeptAnswers
from sklearn_deep._fits.progress import Progress
from sklearn_deep._fits.samples import Samples, overwrite
from sklearn_deep._fits.scheduler import FitScheduler, JobsTime
from sklearn_deep._fits.subsets import TrainingSubsets
from sklearn_deep._fits.workers import Workers

__all__ = [
    "Asking",
    "CapturedFit",
    "DeferredFit",
    "FitRequest",
    "FitScheduler",
    "Fitted",
    "Job",
    "JobsTime",
    "KeptAnswers",
    "Outcome",
    "Progress",
    "Samples",
    "StandIn",
    "TrainingSubsets",
    "Workers",
    "fitting",
    "is_fitted_alone",
    "outcome_of",
    "overwrite",
]
