"""Interleaved runs of one case by every side, and the floor under all of them."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple

import torch
from _cases import N_CLASSES, N_FEATURES, Case, rows_of
from _sides import SIDES

# "cold" is about recordings, which no public function forgets.
from sklearn_deep._recording import cache

OURS = ("cold", "warm")


class Timing(NamedTuple):
    """A case with our recordings forgotten or kept.

    ``seconds`` holds the runs of each side; ``ratios`` the other side's time by ours, run by run.
    """

    case: Case
    recordings: str
    seconds: dict[str, list[float]]
    ratios: dict[str, list[float]]

    def step_microseconds(self, side: str) -> float | None:
        """Return the median time of a fit by its steps; None for a side that did not run."""
        if side not in self.seconds:
            return None
        return median(self.seconds[side]) / self.case.n_steps * 1e6

    def ratio(self, side: str) -> float | None:
        """Return the median over runs of how many times faster ours is."""
        return median(self.ratios[side]) if side in self.ratios else None


def sides_of(case: Case, device: str) -> list[str]:
    """Return who can do the case: scikit-learn has no dropout and no GPU."""
    sides = []
    if not case.dropout and device == "cpu":
        sides.append("scikit-learn")
    if case.variant != "weights":
        sides.append("skorch")
    return sides


def measure(case: Case, repeats: dict[str, int], device: str) -> list[Timing]:
    """Time every side in turn, the order reversed each round; return the cold and the warm timing."""
    rows = rows_of(case)
    others = sides_of(case, device)
    for side in ("sklearn_deep", *others):
        SIDES[side](case._replace(epochs=1), rows, device)
    runs: dict[str, dict[int, float]] = {name: {} for name in (*OURS, *others)}
    for i in range(max(repeats.values())):
        due = [name for name in runs if i < repeats.get(name, repeats["sklearn_deep"])]
        for name in due if i % 2 else due[::-1]:
            runs[name][i] = _seconds(name, case, rows, device)
    return [_timing(case, recordings, runs, others) for recordings in OURS]


def _seconds(name: str, case: Case, rows: Any, device: str) -> float:
    if name == "cold":
        cache._RECORDINGS.clear()
    fit = SIDES["sklearn_deep" if name in OURS else name]

    def run() -> None:
        fit(case, rows, device)
        if device == "cuda":
            torch.cuda.synchronize()

    return timed(run)


def timed(run: Callable[[], Any]) -> float:
    """Return the seconds of a run that pays for its own garbage alone."""
    gc.collect()
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _timing(
    case: Case, recordings: str, runs: dict[str, dict[int, float]], others: list[str]
) -> Timing:
    ours = runs[recordings]
    ratios = {side: [runs[side][i] / ours[i] for i in runs[side]] for side in others}
    named = {"sklearn_deep": ours} | {side: runs[side] for side in others}
    return Timing(case, recordings, {s: list(r.values()) for s, r in named.items()}, ratios)


class Floor(NamedTuple):
    """Microseconds of one step, and of its matrix products alone; each the median of the rounds."""

    case: Case
    products: float
    step: float
    share: float


def floor(case: Case, repeats: int) -> Floor:
    """Time fits and matrix products in turn, recordings kept."""
    rows = rows_of(case)
    SIDES["sklearn_deep"](case._replace(epochs=1), rows)
    products, steps = [], []
    for _ in range(repeats):
        products.append(
            timed(
                product_loop((N_FEATURES, *case.hidden, N_CLASSES), case.batch_size, case.n_steps)
            )
            / case.n_steps
            * 1e6
        )
        steps.append(_seconds("warm", case, rows, "cpu") / case.n_steps * 1e6)
    shares = (product / step for product, step in zip(products, steps, strict=True))
    return Floor(case, median(products), median(steps), median(shares))


def product_loop(sizes: Sequence[int], batch_size: int, n_steps: int) -> Callable[[], None]:
    """Return the matrix products alone of some steps, forward and backward; ``sizes`` are those of all layers.

    Each layer has one product forward, one for the gradient of its weights and, but for the first
    layer, one for the gradient of its inputs. Results go to memory that is there already.
    """
    products = []
    for layer, (n_in, n_out) in enumerate(pairwise(sizes)):
        h, weight = torch.randn(batch_size, n_in), torch.randn(n_out, n_in)
        z = torch.randn(batch_size, n_out)
        products.append((h, weight.t(), torch.empty_like(z)))
        products.append((z.t(), h, torch.empty_like(weight)))
        if layer:
            products.append((z, weight, torch.empty_like(h)))

    def loop() -> None:
        with torch.inference_mode():
            for _ in range(n_steps):
                for left, right, out in products:
                    torch.mm(left, right, out=out)

    return loop
