"""Trained networks, stored in a checkpoint."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from sklearn.base import clone

from sklearn_deep._checkpoint import Checkpoint
from sklearn_deep._equality import Digest, UnknownValueError
from sklearn_deep._fits.fitting import FitRequest, TrainRequest
from sklearn_deep._fits.task import Answer
from sklearn_deep.training import Result, result_of_stored, result_to_store

_SIZE = 16


class KeptAnswers:
    """Stores trained networks, whose training has ended or is paused.

    The key of an answer is a digest of everything that it depends on: the estimator's parameters, the
    training samples, the seed, and the requested epochs. Therefore it is only used for equal requests, and a
    network is trained again if, for example, preprocessing has changed its samples. Other fits, errors and
    networks whose state cannot be stored without code are not stored.

    Parameters
    ----------
    checkpoint : Checkpoint
    digest : Digest
    """

    def __init__(self, checkpoint: Checkpoint, digest: Digest) -> None:
        self.checkpoint = checkpoint
        self.digest = digest

    def recall(
        self, request: TrainRequest | FitRequest, until: int | None
    ) -> tuple[Result, float] | None:
        """Return the stored answer to a request and its time in seconds; None if there is none.

        Parameters
        ----------
        request : TrainRequest or FitRequest
        until : int or None
            Number of epochs after which training is paused, if the network is the last step of its estimator.
        """
        if isinstance(request, FitRequest) or self.checkpoint.is_new:
            return None
        key = self._key(request, until)
        found = None if key is None else self.checkpoint.get(key)
        if found is None:
            return None
        return result_of_stored(found["result"], request.planned.plan), found["seconds"]

    def keep(
        self,
        answered: Iterable[tuple[TrainRequest | FitRequest, Answer, float]],
        until: int | None,
    ) -> None:
        """Store the answers to requests, with their times in seconds."""
        found = {}
        for request, answer, seconds in answered:
            if not isinstance(request, TrainRequest) or not isinstance(answer, Result):
                continue
            # With more time, the result would be different.
            key = None if answer.is_cut else self._key(request, until)
            if key is not None:
                found[key] = {"result": result_to_store(answer), "seconds": seconds}
        if found:
            self.checkpoint.put(found)

    def _key(self, request: TrainRequest, until: int | None) -> bytes | None:
        """Return a digest of everything an answer depends on; None if an object cannot be digested."""
        planned, plan = request.planned, request.planned.plan
        if plan.start is not None:  # weights of an earlier fit
            return None
        span = request.n_begun, until if request.completes else None
        # A clone, so that only parameters count and no fitted attributes.
        what = "training", clone(planned.estimator), planned.call, plan.seed, span
        try:
            parts = [self.digest(what), *map(_digest_of_data, (plan.data, plan.validation))]
        except UnknownValueError:
            return None
        return blake2b(b"".join(parts), digest_size=_SIZE).digest()


def _digest_of_data(data: Any) -> bytes:
    """Return a digest of the values of samples, however they are stored."""
    found = blake2b(digest_size=_SIZE)
    if data is not None:
        for part in data.parts():
            found.update(f"{part.dtype}{part.shape}".encode() + part.tobytes())
    return found.digest()
