"""Run many fits together.

A fit is a coroutine that asks for what takes time: a transformed sample, a trained network. The
scheduler gathers what all fits ask for, does equal requests once and networks of equal structure
as one population, and hands the answers back.

Read ``fitting`` (requests and the coroutine), ``active_fit`` (a candidate on a fold, under way),
``scheduler``, ``task`` (what a worker does in one go). ``samples``, ``folds`` and ``budget`` are
about data and its memory, ``checkpoint`` and ``kept_answers`` about resuming, ``progress`` about
the person who waits, ``stand_ins`` about estimators that hold a fit that was done before.
"""

from sklearn_deep._fits.active_fit import Job, Outcome
from sklearn_deep._fits.checkpoint import Checkpoint
from sklearn_deep._fits.fitting import FitRequest
from sklearn_deep._fits.folds import Folds
from sklearn_deep._fits.kept_answers import KeptAnswers
from sklearn_deep._fits.progress import Progress
from sklearn_deep._fits.scheduler import FitScheduler
from sklearn_deep._fits.stand_ins import Finished, Prefitted
from sklearn_deep._fits.task import DoneTask, WorkerTask, perform

__all__ = [
    "Checkpoint",
    "DoneTask",
    "Finished",
    "FitRequest",
    "FitScheduler",
    "Folds",
    "Job",
    "KeptAnswers",
    "Outcome",
    "Prefitted",
    "Progress",
    "WorkerTask",
    "perform",
]
