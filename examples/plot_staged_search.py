"""
Search in stages
================

Draw a few candidates over wide ranges, look where it goes well, and draw again around there: a
budget in three stages is spent where it counts.

Four numbers of a network for handwritten digits in a pipeline. After each stage the ranges shrink to
the neighborhood of the best five candidates so far, each on its own scale. A search with as many
candidates in one stage is the yardstick: here a typical candidate gains a lot and the best one next
to nothing, since digits forgive; on harder data the best gains too, as the benchmarks tell.
"""

import warnings
from pathlib import Path

import matplotlib as mpl
import numpy as np
from scipy.stats import uniform
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deep import MLPClassifier
from sklearn_deep.inspection import SearchResultsDisplay, SearchStagesDisplay
from sklearn_deep.model_selection import (
    BatchedRandomizedSearchCV,
    loguniform,
    one_minus_loguniform,
)
from sklearn_deep.optimizers import Adam

mpl.use("Agg")
import matplotlib.pyplot as plt

PICTURE = Path("staged_search.png")
SPACE = {
    "mlp__learning_rate": loguniform(1e-5, 1),
    "mlp__weight_decay": loguniform(1e-6, 1),
    "mlp__dropout": uniform(0, 0.9),
    "mlp__optimizer__beta_1": one_minus_loguniform(0.5, 0.999),
}


# %%
# The space is wide on purpose: most of it is bad.


def searched(n_stages, X, y, n_iter=36, max_epochs=15):
    """Return a fitted search."""
    mlp = MLPClassifier(
        (64,),
        optimizer=Adam(),
        batch_size=32,
        max_epochs=max_epochs,
        early_stopping=False,
        random_state=0,
    )
    pipeline = Pipeline([("scale", StandardScaler()), ("mlp", mlp)])
    search = BatchedRandomizedSearchCV(
        pipeline, SPACE, n_iter=n_iter, n_stages=n_stages, cv=3, random_state=0
    )
    with warnings.catch_warnings():
        # Some learning rates are meant to be too large.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return search.fit(X, y)


# %%
# What could be drawn in each stage, and what came of it.


def draw(search, path):
    """Save how the ranges shrink, and under it the error of each candidate by stage."""
    figure = plt.figure(figsize=(12, 7), layout="constrained")
    top, bottom = figure.subfigures(2, 1, height_ratios=(1, 1.4))
    ranges, errors = (part.subplots(1, len(SPACE), sharey=True) for part in (top, bottom))
    SearchStagesDisplay.from_search(search, ax=ranges)
    SearchResultsDisplay.from_search(search, ax=errors, error=True)
    figure.savefig(path, dpi=120)


def main(**parameters):
    """Search in three stages and in one, print what was found, save the picture."""
    X, y = load_digits(return_X_y=True)
    X, X_test, y, y_test = train_test_split(X, y, test_size=0.4, stratify=y, random_state=0)
    searches = {n: searched(n, X, y, **parameters) for n in (1, 3)}
    print("stages   candidates   median of scores   best score   test accuracy")
    for n_stages, search in searches.items():
        scores = search.cv_results_["mean_test_score"]
        print(
            f"{n_stages:6} {len(scores):12} {np.median(scores):18.3f} {search.best_score_:12.3f} "
            f"{search.score(X_test, y_test):15.3f}"
        )
    stage = searches[3].cv_results_["stage"]
    for number in np.unique(stage):
        scores = searches[3].cv_results_["mean_test_score"][stage == number]
        print(f"stage {number}: median {np.median(scores):.3f}, best {scores.max():.3f}")
    draw(searches[3], PICTURE)
    print(f"Picture saved to {PICTURE}")


if __name__ == "__main__":
    main()
