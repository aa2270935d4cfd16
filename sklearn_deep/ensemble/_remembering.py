"""Fits that share their preprocessing."""

from __future__ import annotations

import copy
from typing import Any

from sklearn_deep._equality import Key
from sklearn_deep._fits import Asking, FitRequest, Fitted


def remembering(asking: Asking, known: dict[Key, Fitted]) -> Asking:
    """Run a fit coroutine, and answer repeated requests from earlier answers.

    Parameters
    ----------
    asking : coroutine
        Coroutine returned by ``fitting``.
    known : dict of Key to Fitted
        Earlier answers; new answers are added.
    """
    try:
        request = next(asking)
    except StopIteration as end:  # the fit has no requests
        return end.value
    while True:
        answer: Any = None
        error: Exception | None = None
        if request.key in known:
            found = known[request.key]
            answer = found._replace(estimator=copy.deepcopy(found.estimator), doubts=[])
        else:
            try:
                answer = yield request
            except Exception as raised:  # noqa: BLE001 - passed on to the fit
                error = raised
        if isinstance(request, FitRequest) and isinstance(answer, Fitted) and answer.repeats:
            known.setdefault(request.key, answer)
        try:
            request = asking.send(answer) if error is None else asking.throw(error)
        except StopIteration as end:
            return end.value
