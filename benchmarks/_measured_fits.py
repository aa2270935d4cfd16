"""Figures of single fits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import _measured
import autoencoder_fit
from _cases import N_CLASSES, N_FEATURES, NETWORKS, Case, rows_of
from _fresh import FIRST_EVER, WARM, WITHOUT, first_fits
from _measured import Figure
from _sides import SIDES
from _timing import faster, in_turn, product_loops

# skorch takes most of the time of a run.
SKORCH_REPEATS = 3
PREDICTIONS = 300
# Large enough that the work per epoch is a small part of it.
STEPS_PER_EPOCH = 128

Seconds = dict[str, list[float]]


def fits(repeats: int, quick: bool) -> Iterator[Figure]:
    """Compare fits of 50 epochs: plain, and with dropout and weights."""
    networks = [case._replace(epochs=5) for case in NETWORKS[:2]] if quick else NETWORKS
    timed = {_named(case): _fits_of(case, repeats) for case in networks}
    dropout = "dropout + weights"
    for aims, title, other, ours in (
        ((">= 4.0", ">= 1.9"), "fit, scikit-learn ÷ ours", "scikit-learn", "ours"),
        ((">= 12", ""), "fit, skorch ÷ ours", "skorch", "ours"),
        ((">= 12", ""), f"fit, {dropout}, skorch ÷ ours", f"skorch, {dropout}", f"ours, {dropout}"),
    ):
        each = [
            _measured.times_faster(f"{title}, {name}", seconds, other, ours)
            for name, seconds in timed.items()
        ]
        yield _measured.mean(f"{title}, geometric mean", each, aims[0])
        yield _measured.least(f"{title}, least", each, aims[1])
        yield from each
    each = [
        _measured.of_ours(f"fit, dropout ÷ without, {name}", s, "ours, dropout", "ours", "", 1.0)
        for name, s in timed.items()
    ]
    yield _measured.mean("fit, dropout ÷ without, geometric mean", each, "<= 1.2")
    yield from each


def _fits_of(case: Case, repeats: int) -> Seconds:
    runs: dict[str, Callable[[], Any]] = {}
    for variant in ("plain", "dropout", "dropout + weights"):
        own = case._replace(variant=variant)
        ending = "" if variant == "plain" else f", {variant}"
        runs[f"ours{ending}"] = _fit("sklearn_deep", own)
        if variant != "dropout":
            runs[f"skorch{ending}"] = _fit("skorch", own)
    runs["scikit-learn"] = _fit("scikit-learn", case)
    runs |= _products(case)
    few = min(SKORCH_REPEATS, repeats)
    return in_turn(runs, repeats, {name: few for name in runs if name.startswith("skorch")})


def _fit(side: str, case: Case) -> Callable[[], Any]:
    """Return a fit, after a short one that does the work that is done once per process."""
    rows = rows_of(case)
    SIDES[side](case._replace(epochs=1), rows)
    return lambda: SIDES[side](case, rows)


def _products(case: Case) -> dict[str, Callable[[], None]]:
    return product_loops((N_FEATURES, *case.hidden, N_CLASSES), case.batch_size, case.n_steps)


def _named(case: Case) -> str:
    return f"{case.hidden} B={case.batch_size}"


def short(repeats: int, quick: bool) -> Iterator[Figure]:
    """Compare fits of 4 epochs with those of scikit-learn."""
    title, each = "fit of 4 epochs, scikit-learn ÷ ours", []
    for case in (network._replace(epochs=4) for network in NETWORKS):
        sides = {"ours": _fit("sklearn_deep", case), "scikit-learn": _fit("scikit-learn", case)}
        # A single interruption is a large part of a short fit.
        seconds = in_turn(sides | _products(case), repeats if quick else 3 * repeats)
        name = f"{title}, {_named(case)}"
        each.append(_measured.times_faster(name, seconds, "scikit-learn", "ours"))
    yield _measured.mean(f"{title}, geometric mean", each, ">= 3")
    yield from each


def step(repeats: int, quick: bool) -> Iterator[Figure]:
    """Compare a step with its matrix products."""
    yield _step((64, 64), 32, 5 if quick else 20, repeats, "<= 2")
    yield _step((256, 256), 128, 1 if quick else 4, repeats, "<= 1.2")


def widths(repeats: int, quick: bool) -> Iterator[Figure]:
    """Compare a step with its matrix products for two hidden layers of growing width."""
    for width in (32, 64, 128) if quick else (32, 64, 128, 256, 512, 1024):
        n_more = 1 if quick else max(1, 1024 // width // 2)
        yield _step((width, width), 128, n_more, repeats, "")


def _step(hidden: tuple[int, ...], batch_size: int, n_more: int, repeats: int, aim: str) -> Figure:
    """Time steps by two fits of different length, so that costs that occur once per fit cancel."""
    few = Case(hidden, batch_size, STEPS_PER_EPOCH * batch_size, epochs=1)
    many = few._replace(epochs=1 + n_more)
    n_steps = many.n_steps - few.n_steps
    loops = product_loops((N_FEATURES, *hidden, N_CLASSES), batch_size, n_steps)
    runs = {"few": _fit("sklearn_deep", few), "many": _fit("sklearn_deep", many)}
    seconds = in_turn(runs | loops, 2 * repeats - 1)
    seconds["step"] = [m - f for m, f in zip(seconds["many"], seconds["few"], strict=True)]
    per_step = {name: [t / n_steps for t in runs] for name, runs in seconds.items()}
    name = f"step ÷ matrix products, {_named(few)}"
    return _measured.of_ours(name, per_step, "step", faster(per_step), aim, 1.0)


def autoencoder(repeats: int, quick: bool) -> Iterator[Figure]:
    """Compare the fit of an autoencoder with skorch's."""
    seconds = autoencoder_fit.measure(repeats)
    name = f"autoencoder {'-'.join(map(str, autoencoder_fit.SIZES))}, ours ÷ skorch"
    yield _measured.share(name, seconds, "warm", "skorch", "<= 0.5")


def eight(repeats: int, quick: bool) -> Iterator[Figure]:
    """Compare eight networks with different seeds with a single fit of scikit-learn."""
    case = NETWORKS[0]._replace(epochs=5 if quick else NETWORKS[0].epochs)
    rows = rows_of(case)

    def fit_eight() -> None:
        for seed in range(8):
            SIDES["sklearn_deep"](case, rows, seed=seed)

    fit_eight()
    products = {name: partial(_repeated, loop, 8) for name, loop in _products(case).items()}
    runs = {"ours": fit_eight, "scikit-learn": _fit("scikit-learn", case), **products}
    name = f"8 networks, ours ÷ one of scikit-learn's, {_named(case)}"
    yield _measured.share(name, in_turn(runs, repeats), "ours", "scikit-learn", "<= 1")


def _repeated(run: Callable[[], Any], n: int) -> None:
    for _ in range(n):
        run()


def predict(repeats: int, quick: bool) -> Iterator[Figure]:
    """Compare ``predict`` of one sample with that of scikit-learn."""
    for case in (NETWORKS[0], NETWORKS[3]):
        rows, sides = rows_of(case), {"ours": "sklearn_deep", "scikit-learn": "scikit-learn"}
        runs: dict[str, Callable[[], Any]] = {
            name: partial(_predictions, SIDES[side](case._replace(epochs=1), rows), rows.X[:1])
            for name, side in sides.items()
        }
        sizes = (N_FEATURES, *case.hidden, N_CLASSES)
        runs |= product_loops(sizes, 1, PREDICTIONS, backward=False)
        seconds = in_turn(runs, 3 * repeats)
        each = {name: [t / PREDICTIONS for t in times] for name, times in seconds.items()}
        name = f"predict of one sample, ours ÷ scikit-learn, {case.hidden}"
        yield _measured.share(name, each, "ours", "scikit-learn", "<= 1.5")


def _predictions(mlp: Any, x: Any) -> None:
    for _ in range(PREDICTIONS):
        mlp.predict(x)


def samples(repeats: int, quick: bool) -> Iterator[Figure]:
    """Measure how time grows with the number of samples."""
    for case in (NETWORKS[0], NETWORKS[2]):
        few = case._replace(epochs=1 if quick else 10)
        many = few._replace(n_samples=10 * few.n_samples)
        runs = {str(c.n_samples): _fit("sklearn_deep", c) for c in (few, many)}
        name = f"10 times the samples, time ÷ time, {_named(case)}"
        yield _measured.of_ours(name, in_turn(runs, repeats), *list(runs)[::-1], "<= 10.5", 10.0)


def first(repeats: int, quick: bool) -> Iterator[Figure]:
    """Measure import and first fit in new processes."""
    seconds = {
        side: times["import"] + times["first fit"]
        for side, times in first_fits(1 if quick else repeats).items()
    }
    yield Figure("first fit ever on a machine, s", seconds[FIRST_EVER], "<= 15", None, seconds)
    longer = seconds[WARM] - seconds[WITHOUT]
    yield Figure("first fit of a process, s longer than by torch alone", longer, "<= 0.5")
