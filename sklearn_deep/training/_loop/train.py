"""Train plans, together or one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf

from sklearn_deep.training._loop.isolation import isolated
from sklearn_deep.training._loop.training import Training
from sklearn_deep.training._members import Paused, Result
from sklearn_deep.training._plan import Plan


def train(
    plans: Sequence[Plan],
    watch: Callable[[int], None] | None = None,
    until: int | None = None,
    paused: Sequence[Paused] | None = None,
) -> list[Result]:
    """Train plans of equal structure as one population.

    Members that have stopped leave whenever half of the places would do, so that they cost next to
    nothing. The sizes are fixed, since a step is recorded anew for each.

    Parameters
    ----------
    plans : sequence of Plan
        All of equal ``structure()``; one plan is a single fit.
    watch : callable, optional
        Told after each epoch how many members trained in it.
    until : int, optional
        Epochs after which members that still run are paused; None: they train to their end.
    paused : sequence of Paused, optional
        Where the training of each plan goes on, all after equally many epochs.

    Returns
    -------
    list of Result
        In the order of the plans. On the CPU each is, bit for bit, what its plan gives alone, and
        without pauses.
    """
    results: dict[int, Result] = {}
    places = list(range(len(plans)))  # which plan each member trains
    end = inf if until is None else plans[0].first_epoch + until
    with isolated(plans[0].seed):
        training = Training(plans) if paused is None else Training.resumed(plans, paused)
        while training.running and training.epoch < end:
            n_running = training.n_running
            training.run_epoch()
            if watch is not None:
                watch(n_running)
            stay = staying([member.running for member in training.members])
            if stay is not None:
                leave = sorted(set(range(len(places))).difference(stay))
                results |= zip([places[k] for k in leave], training.results(leave), strict=True)
                training, places = training.of_members(stay), [places[k] for k in stay]
        results |= zip(places, _results(training), strict=True)
        if len(places) == 1 < len(plans):
            # The last of several comes to the CPU as those before it did.
            results[places[0]].network.cpu()
    return [results[k] for k in range(len(plans))]


def _results(training: Training) -> list[Result]:
    """Return fits that are finished, and those that are not with where they are paused."""
    # Before results put the best weights back.
    running = [k for k, member in enumerate(training.members) if member.running]
    paused = dict(zip(running, training.paused(running), strict=True))
    return [result._replace(paused=paused.get(k)) for k, result in enumerate(training.results())]


def staying(running: Sequence[bool]) -> list[int] | None:
    """Return who stays in a population, in order; None: all.

    That is the least power of two of members that holds all running ones, where it is half of the
    members or fewer.
    """
    n_running = sum(running)
    size = 1 << max(n_running - 1, 0).bit_length()
    if not n_running or size > len(running) // 2:
        return None
    first_running = sorted(range(len(running)), key=lambda k: not running[k])
    return sorted(first_running[:size])
