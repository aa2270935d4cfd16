"""Trained networks, kept in a checkpoint."""

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
    """Keeps trained networks, whether their training has ended or is paused, and gives them again.

    An answer is kept by a digest of all that it depends on: the estimator's parameters, the samples that
    the network is trained on, its seed, and the epochs that are asked for. So it is given to no other
    request, and what depends on a step that came out differently is trained again. Other fits, errors and
    networks with a state that needs code are not kept.

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
        """Return the answer that a request got before, and the time it took; None if there is none.

        Parameters
        ----------
        request : TrainRequest or FitRequest
        until : int or None
            Epochs after which a network that completes its estimator is paused.
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
        """Keep answers to requests, with the time that each took."""
        found = {}
        for request, answer, seconds in answered:
            if not isinstance(request, TrainRequest) or not isinstance(answer, Result):
                continue
            # With more time another result would have come.
            key = None if answer.is_cut else self._key(request, until)
            if key is not None:
                found[key] = {"result": result_to_store(answer), "seconds": seconds}
        if found:
            self.checkpoint.put(found)

    def _key(self, request: TrainRequest, until: int | None) -> bytes | None:
        """Return a digest of all that an answer depends on; None if something cannot be looked into."""
        planned, plan = request.planned, request.planned.plan
        if plan.start is not None:  # weights of an earlier fit
            return None
        span = request.n_begun, until if request.completes else None
        # Without what earlier fits have left in the estimator: parameters alone.
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
