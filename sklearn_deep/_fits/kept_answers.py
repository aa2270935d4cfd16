"""Answers to the requests of many fits, kept in a checkpoint."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from typing import Any

from sklearn.base import clone

from sklearn_deep._equality import Digest, UnknownValueError
from sklearn_deep._fits.active_fit import ActiveFit
from sklearn_deep._fits.checkpoint import Checkpoint
from sklearn_deep._fits.fitting import FitRequest, TrainRequest
from sklearn_deep._fits.samples import Samples
from sklearn_deep._fits.task import Answer
from sklearn_deep.training import Result, StoredResult


class KeptAnswers:
    """The answers to the fits of one run of the scheduler, by fit and number of the request.

    Each answer is kept with a digest of its request, so that it is given to no other request. Errors
    and answers that cannot be pickled are not kept; they are computed again.

    Parameters
    ----------
    checkpoint : Checkpoint
    digest : Digest
    stage : int
        Number of the run, if several runs share the checkpoint.
    """

    def __init__(self, checkpoint: Checkpoint, digest: Digest, stage: int) -> None:
        self.checkpoint = checkpoint
        self.digest = digest
        self.stage = stage

    def answer(self, fits: Sequence[ActiveFit]) -> None:
        """Answer the requests that have been answered before."""
        for i, fit in enumerate(fits):
            while not fit.is_done and (found := self.checkpoint.known.get(self._place(i, fit))):
                key, answer, seconds = found
                if key != self._key(fit.request):
                    break
                is_shared = not isinstance(answer, StoredResult)
                if isinstance(answer, StoredResult):
                    assert isinstance(fit.request, TrainRequest)
                    answer = answer.revived(fit.request.planned.plan)
                fit.go_on(answer, seconds, is_shared)

    def keep(
        self,
        fits: Sequence[ActiveFit],
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
            # They all wait for the same.
            key = self._key(fits[own[0]].request)
            for i in own if key is not None else ():
                found[self._place(i, fits[i])] = (key, kept, seconds / len(answers) / len(own))
        self.checkpoint.add(found)

    def _place(self, i: int, fit: ActiveFit) -> tuple[int, int, int]:
        return self.stage, i, fit.n_requests

    def _key(self, request: TrainRequest | FitRequest) -> bytes | None:
        """Return a digest of what is fitted with what; None where something cannot be looked into."""
        if isinstance(request, TrainRequest):
            estimator: Any = request.planned.estimator
            given: list[Any] = [request.planned.call]
        else:
            estimator, after = request.estimator, request.transform_params
            given = [_read_all(request.arguments), None if after is None else _read_all(after)]
        try:
            # Without what fits have left in it: parameters alone.
            return self.digest((type(request).__name__, clone(estimator), given))
        except UnknownValueError:
            return None


def _read_all(arguments: Mapping[str, Samples | None]) -> dict[str, Any]:
    return {name: samples and samples.read() for name, samples in arguments.items()}


def _can_be_pickled(value: Any) -> bool:
    try:
        pickle.dumps(value)
    except Exception:  # noqa: BLE001 - whatever an estimator's pickling raises
        return False
    return True
