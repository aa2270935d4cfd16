"""Interleaved runs of one case by every side, and the floor under all of them."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import median
from typing import Any, ClassVar, NamedTuple

import numpy as np
import torch
from _cases import N_CLASSES, N_FEATURES, Case, Rows, rows_of
from _sides import SIDES

# "cold" is about recordings, which no public function forgets.
from sklearn_deep._recording import cache

OURS = ("cold", "warm")
PRODUCTS = ("products by NumPy", "products by torch")


class Timing(NamedTuple):
    """A case with our recordings deleted or kept.

    ``seconds`` has the runs of each library, ``ratios`` the other library's time divided by ours, for each run.
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
    """Time every side in turn; return the cold and the warm timing."""
    rows = rows_of(case)
    others = sides_of(case, device)
    for side in ("sklearn_deep", *others):
        SIDES[side](case._replace(epochs=1), rows, device)
    runs = {name: _run(name, case, rows, device) for name in (*OURS, *others)}
    seconds = in_turn(runs, repeats["sklearn_deep"], repeats)
    return [_timing(case, recordings, seconds, others) for recordings in OURS]


def _run(name: str, case: Case, rows: Rows, device: str = "cpu") -> Callable[[], None]:
    fit = SIDES["sklearn_deep" if name in OURS else name]

    def run() -> None:
        if name == "cold":
            cache._RECORDINGS.clear()
        fit(case, rows, device)
        if device == "cuda":
            torch.cuda.synchronize()

    return run


def in_turn(
    runs: Mapping[str, Callable[[], Any]], repeats: int, fewer: Mapping[str, int] | None = None
) -> dict[str, list[float]]:
    """Return the seconds of every run; all run in turn, in reversed order every other round.

    ``fewer`` has smaller numbers of repeats for some of them.
    """
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for i in range(repeats):
        due = [name for name in runs if i < (fewer or {}).get(name, repeats)]
        for name in due[:: -1 if i % 2 else 1]:
            seconds[name].append(timed(runs[name]))
    return seconds


def ratio(seconds: Mapping[str, Sequence[float]], above: str, below: str) -> float:
    """Return the median over rounds of the time of one side by that of another."""
    return median(a / b for a, b in zip(seconds[above], seconds[below], strict=False))


class Clock:
    """What times are read from."""

    read: ClassVar[Callable[[], float]] = time.perf_counter


def timed(run: Callable[[], Any]) -> float:
    """Return the seconds of a run that pays for its own garbage alone."""
    gc.collect()
    start = Clock.read()
    run()
    return Clock.read() - start


def _timing(
    case: Case, recordings: str, seconds: dict[str, list[float]], others: list[str]
) -> Timing:
    ours = seconds[recordings]
    ratios = {s: [t / own for t, own in zip(seconds[s], ours, strict=False)] for s in others}
    named = {"sklearn_deep": ours} | {side: seconds[side] for side in others}
    return Timing(case, recordings, named, ratios)


class Floor(NamedTuple):
    """Microseconds of one step, and of its matrix products alone; each the median of the rounds."""

    case: Case
    products: float
    step: float
    share: float


def floor(case: Case, repeats: int) -> Floor:
    """Time fits and matrix products in turn, recordings kept."""
    fit = _run("warm", case, rows_of(case))
    fit()
    products = product_loops((N_FEATURES, *case.hidden, N_CLASSES), case.batch_size, case.n_steps)
    seconds = in_turn({"fit": fit, **products}, repeats)
    library = faster(seconds)
    product, step = (median(seconds[name]) / case.n_steps * 1e6 for name in (library, "fit"))
    return Floor(case, product, step, ratio(seconds, library, "fit"))


def faster(seconds: Mapping[str, Sequence[float]]) -> str:
    """Return the name of the matrix products by the library that takes less time for them."""
    return min(PRODUCTS, key=lambda name: median(seconds[name]))


def product_loops(
    sizes: Sequence[int], batch_size: int, n_steps: int, *, backward: bool = True
) -> dict[str, Callable[[], None]]:
    """Return functions with only the matrix products of some steps; ``sizes`` are those of all layers.

    Each layer has one product forward, one for the gradient of its weights and, but for the first
    layer, one for the gradient of its inputs. Results are written to preallocated memory.
    """
    factors = list(_factors(sizes, batch_size, backward))
    tensors = [tuple(map(torch.from_numpy, three)) for three in factors]

    def by_numpy() -> None:
        for _ in range(n_steps):
            for left, right, out in factors:
                np.dot(left, right, out=out)

    def by_torch() -> None:
        with torch.inference_mode():
            for _ in range(n_steps):
                for left, right, out in tensors:
                    torch.mm(left, right, out=out)

    return dict(zip(PRODUCTS, (by_numpy, by_torch), strict=True))


def _factors(
    sizes: Sequence[int], batch_size: int, backward: bool
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield the factors of each product of a step and where it goes, float32."""
    random = np.random.default_rng(0)
    for layer, (n_in, n_out) in enumerate(pairwise(sizes)):
        h, weight, z = (
            random.standard_normal(shape, dtype=np.float32)
            for shape in ((batch_size, n_in), (n_out, n_in), (batch_size, n_out))
        )
        yield h, weight.T, np.empty_like(z)
        if backward:
            yield z.T, h, np.empty_like(weight)
        if backward and layer:
            yield z, weight, np.empty_like(h)
