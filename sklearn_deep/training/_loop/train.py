"""Train plans, together or one by one."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from sklearn_deep.training._loop.isolation import isolated
from sklearn_deep.training._loop.observer import Observer, StepObserver
from sklearn_deep.training._loop.training import Training
from sklearn_deep.training._members import Paused, Result
from sklearn_deep.training._plan import Plan


def train(
    plans: Sequence[Plan],
    observers: Sequence[Observer] = (),
    *,
    n_epochs: int | None = None,
    until: int | None = None,
    paused: Sequence[Paused] | None = None,
) -> list[Result]:
    """Train plans of equal structure as one population.

    Members that have stopped leave whenever half of the places would do, so that they cost next to
    nothing.

    Parameters
    ----------
    plans : sequence of Plan
        All of equal ``structure()``; one plan is a single fit.
    observers : sequence of Observer, default=()
        Notified in this order. A ``StepObserver`` follows one plan alone.
    n_epochs : int, optional
        Epochs after which training ends; None: where the plans end.
    until : int, optional
        Epochs after which members that still run are paused; None: none are.
    paused : sequence of Paused, optional
        Where the training of each plan resumes, all after equally many epochs.

    Returns
    -------
    list of Result
        In the order of the plans. On the CPU each is, bit for bit, what its plan gives alone, and
        without pauses.
    """
    results: dict[int, Result] = {}
    places = list(range(len(plans)))  # which plan each member trains
    followers = [one for one in observers if isinstance(one, StepObserver)]
    end = plans[0].first_epoch + min(inf if n is None else n for n in (n_epochs, until))
    with isolated(plans[0].seed):
        training = (
            Training(plans, *followers) if paused is None else Training.resumed(plans, paused)
        )
        for observer in observers:
            observer.begin(training)
        while training.running and training.epoch < end:
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
        # Before the best weights are put back.
        pauses = {} if until is None else training.pauses()
        last = range(len(places))
        training.restore_best(last)
        for observer in observers:
            observer.end(training)
        for k, result in zip(last, training.results(last), strict=True):
            results[places[k]] = result._replace(paused=pauses.get(k))
        if len(places) == 1 < len(plans):
            # The last of several comes to the CPU as those before it did.
            results[places[0]].network.cpu()
    return [results[k] for k in range(len(plans))]


def staying(running: Sequence[bool]) -> list[int] | None:
    """Return who stays in a population, in order; None: all.

    That is the least power of two of members that holds all running ones, where it is half of the
    members or fewer. The sizes are fixed, since a step is recorded anew for each: thirty members that
    stop one by one need five recordings, not thirty.
    """
    n_running = sum(running)
    size = 1 << max(n_running - 1, 0).bit_length()
    if not n_running or size > len(running) // 2:
        return None
    first_running = sorted(range(len(running)), key=lambda k: not running[k])
    return sorted(first_running[:size])
