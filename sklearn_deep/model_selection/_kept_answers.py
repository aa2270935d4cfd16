"""What the fits of a search have been answered, kept in a checkpoint."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from typing import Any

from sklearn_deep.model_selection._checkpoint import Checkpoint
from sklearn_deep.model_selection._fitting import Training
from sklearn_deep.model_selection._running_fit import RunningFit
from sklearn_deep.model_selection._task import Answer
from sklearn_deep.training import Result, StoredResult


class KeptAnswers:
    """The answers to the fits of one stage, by fit and number of the request.

    Errors are not kept, nor is what cannot be pickled: both are found anew.

    Parameters
    ----------
    checkpoint : Checkpoint
    stage : int
    """

    def __init__(self, checkpoint: Checkpoint, stage: int) -> None:
        self.checkpoint = checkpoint
        self.stage = stage

    def answer(self, fits: Sequence[RunningFit]) -> None:
        """Let fits go on whose requests have been answered before."""
        for i, fit in enumerate(fits):
            while not fit.is_done and (found := self.checkpoint.known.get(self._place(i, fit))):
                answer, seconds = found
                if isinstance(answer, StoredResult):
                    assert isinstance(fit.request, Training)
                    answer = answer.revived(fit.request.planned.plan)
                fit.go_on(answer, seconds)

    def keep(
        self,
        fits: Sequence[RunningFit],
        askers: Sequence[Sequence[int]],
        answers: Sequence[Answer],
        seconds: float,
    ) -> None:
        """Keep the answers to what some fits wait for."""
        found = {}
        for own, answer in zip(askers, answers, strict=True):
            kept = StoredResult.of(answer) if isinstance(answer, Result) else answer
            if isinstance(answer, Exception) or not _can_be_pickled(kept):
                continue
            for i in own:
                found[self._place(i, fits[i])] = (kept, seconds / len(answers) / len(own))
        self.checkpoint.add(found)

    def _place(self, i: int, fit: RunningFit) -> tuple[int, int, int]:
        return self.stage, i, fit.n_requests


def _can_be_pickled(value: Any) -> bool:
    try:
        pickle.dumps(value)
    except Exception:  # noqa: BLE001 - whatever an estimator's pickling raises
        return False
    return True
