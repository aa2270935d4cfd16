"""
Coarse-to-fine random search in stages
======================================

A search in stages draws a few candidates from wide ranges, narrows the ranges to the neighborhood of the
best ones, and draws again. This page compares it with a search of as many candidates in one stage.
"""

# %%
# The search space
# ----------------
#
# Four hyperparameters of a network in a pipeline, each with its own scale. The ranges are wide on
# purpose, so most of the space is bad.

import warnings

import matplotlib.pyplot as plt
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

X, y = load_digits(return_X_y=True)
X, X_test, y, y_test = train_test_split(X, y, test_size=0.4, stratify=y, random_state=0)

mlp = MLPClassifier(
    (64,),
    optimizer=Adam(),
    batch_size=32,
    max_epochs=10,
    early_stopping=False,
    random_state=0,
)
pipeline = Pipeline([("scale", StandardScaler()), ("mlp", mlp)])
space = {
    "mlp__learning_rate": loguniform(1e-5, 1),
    "mlp__weight_decay": loguniform(1e-6, 1),
    "mlp__dropout": uniform(0, 0.9),
    "mlp__optimizer__beta_1": one_minus_loguniform(0.5, 0.999),
}

# %%
# One stage and three
# -------------------
#
# With ``n_stages=3`` the 36 candidates are drawn 12 at a time. After each stage, the range of each
# hyperparameter shrinks to the neighborhood of the five best candidates so far.

searches = {}
with warnings.catch_warnings():
    warnings.simplefilter("ignore", ConvergenceWarning)  # some learning rates are too large
    for n_stages in (1, 3):
        searches[n_stages] = BatchedRandomizedSearchCV(
            pipeline, space, n_iter=36, n_stages=n_stages, cv=3, random_state=0
        ).fit(X, y)

for n_stages, search in searches.items():
    scores = search.cv_results_["mean_test_score"]
    print(
        f"{n_stages} stage(s): median accuracy {np.median(scores):.3f}, best {search.best_score_:.3f}, "
        f"test {search.score(X_test, y_test):.3f}"
    )

# %%
# The error of each candidate
# ---------------------------

figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
SearchResultsDisplay.from_search(searches[3], params=["mlp__learning_rate"], error=True, ax=ax)

# %%
# The first stage covers five decades of learning rates. The later stages stay where the error was low.
# All four hyperparameters:

figure, axes = plt.subplots(2, 2, figsize=(8, 7), layout="constrained", sharey=True)
SearchResultsDisplay.from_search(searches[3], error=True, ax=axes)

# %%
# How the ranges shrink
# ---------------------
#
# Gray bars show the range from which each stage drew.

figure, axes = plt.subplots(2, 2, figsize=(8, 4.5), layout="constrained", sharey=True)
SearchStagesDisplay.from_search(searches[3], ax=axes)

# sphinx_gallery_thumbnail_number = 1

# %%
# The typical candidate gains most: the median accuracy rises from about 0.84 to about 0.95, because the later stages
# hardly draw bad candidates. The best accuracy, about 0.97, is the same within its noise, since digits are easy. So
# use stages if you do not know good ranges. They also show you which ranges to use next time.
