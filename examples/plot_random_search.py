"""
Random against grid search
==========================

Of nine candidates a grid has three learning rates and random search nine: where one parameter
matters more than the other, as is usual, random search looks more closely for the same price.

Learning rate and weight decay of a network for handwritten digits, each over a range in which it may
be wrong by a lot. All candidates of a fine lattice are trained, so that all coarse grids in it can
be compared with thousands of random searches in it (where a few learning rates coincide).
"""

import warnings
from pathlib import Path

import matplotlib as mpl
import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning

from sklearn_deep import MLPClassifier
from sklearn_deep.model_selection import BatchedRandomizedSearchCV

mpl.use("Agg")
import matplotlib.pyplot as plt

PICTURE = Path("random_search.png")
RATES = np.logspace(-4, 1, 24)
DECAYS = np.logspace(-7, -4, 6)
SIDE = 3
N_SEARCHES = 5000


# %%
# The score of each candidate, trained together as one search over all of them.


def lattice_of_scores(X, y, max_epochs=10):
    """Return the cross-validated accuracies, of shape (n_rates, n_decays)."""
    mlp = MLPClassifier(
        (32, 32, 32),
        optimizer="sgd",
        batch_size=32,
        max_epochs=max_epochs,
        early_stopping=False,
        random_state=0,
    )
    space = {"learning_rate": list(RATES), "weight_decay": list(DECAYS)}
    n_candidates = len(RATES) * len(DECAYS)
    search = BatchedRandomizedSearchCV(mlp, space, n_iter=n_candidates, cv=3, refit=False)
    with warnings.catch_warnings():
        # Some learning rates are meant to be too large.
        warnings.simplefilter("ignore", ConvergenceWarning)
        search.fit(X, y)
    scores = np.empty((len(RATES), len(DECAYS)))
    results = search.cv_results_
    for candidate, score in zip(results["params"], results["mean_test_score"], strict=True):
        place = (
            space["learning_rate"].index(candidate["learning_rate"]),
            space["weight_decay"].index(candidate["weight_decay"]),
        )
        scores[place] = score
    return scores


# %%
# A search is a set of candidates; its result is the best of their scores.


def grids():
    """Return all regular grids in the lattice: rates and decays of their candidates, by number."""
    steps = len(RATES) // SIDE, len(DECAYS) // SIDE
    places = [np.arange(SIDE) * step for step in steps]
    return [
        (np.repeat(places[0] + i, SIDE), np.tile(places[1] + j, SIDE))
        for i in range(steps[0])
        for j in range(steps[1])
    ]


def random_searches():
    """Return as many candidates at random as a grid has, again and again."""
    rng = np.random.default_rng(0)
    n_candidates = len(RATES) * len(DECAYS)
    for _ in range(N_SEARCHES):
        chosen = rng.choice(n_candidates, SIDE**2, replace=False)
        yield np.unravel_index(chosen, (len(RATES), len(DECAYS)))


# %%
# One grid and one random search on the plane of both parameters and along the one that matters,
# then the results of all searches.


def draw(scores, grid, drawn, results, path):
    """Save candidates of both kinds, and the best score of each search."""
    figure, (plane, along, best) = plt.subplots(1, 3, figsize=(14, 4.5), layout="constrained")
    shades = plane.pcolormesh(RATES, DECAYS, scores.T, cmap="gray", vmin=0, vmax=1)
    figure.colorbar(shades, ax=plane, label="cross-validated accuracy")
    mean = scores.mean(1)
    along.plot(RATES, mean, color="0.6", label="mean over weight decays")
    marks = {"grid": (grid, "s", "C1"), "random": (drawn, "o", "C0")}
    for name, ((i, j), marker, color) in marks.items():
        style = {"ls": "none", "color": color, "mec": "black"}
        plane.plot(RATES[i], DECAYS[j], marker, **style)
        label = f"{name}: {len(np.unique(i))} learning rates"
        along.plot(RATES[i], mean[i], marker, label=label, **style)
    plane.set(xscale="log", yscale="log", xlabel="learning rate", ylabel="weight decay")
    along.set(
        xscale="log", xlabel="learning rate", ylabel="cross-validated accuracy", ylim=(0, 1.3)
    )
    along.legend(loc="upper left", fontsize="small")
    for (name, values), style in zip(results.items(), ("--", "-"), strict=True):
        color = marks["grid" if "grid" in name else "random"][2]
        share = np.arange(1, len(values) + 1) / len(values)
        best.step(np.sort(values), share, style, where="post", color=color, label=name)
    best.set(xlabel="best score of a search", ylabel="share of searches with at most this score")
    best.set_xlim(0.85, None)
    best.legend(loc="upper left", fontsize="small")
    figure.savefig(path, dpi=120)


def main(**parameters):
    """Train all candidates, compare all searches, save the picture."""
    X, y = load_digits(return_X_y=True)
    scores = lattice_of_scores(X / 16, y, **parameters)
    print(f"Standard deviation of scores along learning rates: {scores.std(0).mean():.3f}")
    print(f"                             along weight decays:   {scores.std(1).mean():.3f}")
    all_grids, all_random = grids(), list(random_searches())
    found = [np.array([scores[s].max() for s in kind]) for kind in (all_grids, all_random)]
    for name, values in zip(("grid", "random"), found, strict=True):
        low, middle = np.quantile(values, [0.1, 0.5])
        print(f"{name:6} best score: median {middle:.3f}, the worst tenth below {low:.3f}")
    wins, draws = (np.mean(f(found[1][:, None], found[0])) for f in (np.greater, np.equal))
    print(f"A random search is better than a grid in {wins:.0%} of pairs, equal in {draws:.0%}.")
    names = (f"all {len(all_grids)} grids", f"{N_SEARCHES} searches at random")
    results = dict(zip(names, found, strict=True))
    draw(scores, all_grids[len(all_grids) // 2], all_random[0], results, PICTURE)
    print(f"Picture saved to {PICTURE}")


if __name__ == "__main__":
    main()
