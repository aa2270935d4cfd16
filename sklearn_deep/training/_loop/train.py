"""Train plans, together or one by one."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from sklearn_deep._process import isolated, present_time_limit
from sklearn_deep.training._loop.observer import Observer, StepObserver
from sklearn_deep.training._loop.out_of_memory import explained_memory
from sklearn_deep.training._loop.training import Training
from sklearn_deep.training._members import Paused, Result
from sklearn_deep.training._plan import Plan
from sklearn_deep.training._step import is_self_contained


def train(
    plans: Sequence[Plan],
    observers: Sequence[Observer] = (),
    *,
    n_epochs: int | None = None,
    until: int | None = None,
    paused: Sequence[Paused] | None = None,
) -> list[Result]:
    """Train plans of equal structure as one population.

    If at most half of the members are still training, the population is repacked to a smaller size, so
    that members that have stopped cost almost no time. Each member ends after the epoch in which the
    ``max_seconds`` of its plan, or the time limit of the enclosing block, is reached.

    Parameters
    ----------
    plans : sequence of Plan
        Plans of equal ``structure()``. One plan is a single fit.
    observers : sequence of Observer, default=()
        Notified in this order. A ``StepObserver`` requires a single plan.
    n_epochs : int, optional
        Number of epochs after which training ends; None: ``max_epochs`` of the plans.
    until : int, optional
        Number of epochs after which members that are still training are paused; None: no pause.
    paused : sequence of Paused, optional
        State from which each training resumes. All must have trained the same number of epochs.

    Returns
    -------
    list of Result
        In the order of the plans. A single plan gives bit-identical results with and without pauses.
        Several plans give the results of individual trainings, up to rounding errors.
    """
    results: dict[int, Result] = {}
    places = list(range(len(plans)))  # position of each member's plan
    followers = [one for one in observers if isinstance(one, StepObserver)]
    end = plans[0].first_epoch + min(inf if n is None else n for n in (n_epochs, until))
    self_contained = all(map(is_self_contained, plans)) and not any(
        observer.runs_user_code for observer in observers
    )
    with explained_memory(plans), isolated(None if self_contained else plans[0].seed):
        training = (
            Training(plans, *followers) if paused is None else Training.resumed(plans, paused)
        )
        for observer in observers:
            observer.begin(training)
        limit = present_time_limit()
        while training.continues(end, limit):
            if any(observer.begin_epoch(training) for observer in observers):
                training.stopped = True
                break
            training.run_epoch()
            asked = [observer.end_epoch(training) for observer in observers]
            training.stopped = any(asked)
            stay = staying([member.running for member in training.members])
            if stay is not None and not training.stopped:
                leave = sorted(set(range(len(places))).difference(stay))
                results |= zip([places[k] for k in leave], training.results(leave), strict=True)
                training, places = training.of_members(stay), [places[k] for k in stay]
        # The pauses are taken before best weights are restored, because training continues from the last.
        pauses = {} if until is None else training.pauses()
        last = range(len(places))
        training.restore_best(last)
        for observer in observers:
            observer.end(training)
        for k, result in zip(last, training.results(last), strict=True):
            results[places[k]] = result._replace(paused=pauses.get(k))
        if len(places) == 1 < len(plans):
            # Moved to the CPU, as the networks of the members before it were.
            results[places[0]].network.cpu()
    return [results[k] for k in range(len(plans))]


def staying(running: Sequence[bool]) -> list[int] | None:
    """Return the members that stay in a population, in order; None if all of them stay.

    Their number is the smallest power of two that is not less than the number of running members, if that
    is at most half of the population. Only powers of two are used because a step is recorded for each
    size: if thirty members stop one by one, there are five recordings instead of thirty.
    """
    n_running = sum(running)
    size = 1 << max(n_running - 1, 0).bit_length()
    if not n_running or size > len(running) // 2:
        return None
    first_running = sorted(range(len(running)), key=lambda k: not running[k])
    return sorted(first_running[:size])
