"""
Random search versus grid search
================================

With nine candidates, a 3 × 3 grid tries only three learning rates, but random search tries nine. Usually
one hyperparameter matters much more than the others, so random search explores it better at the same
cost (Bergstra and Bengio, 2012). This page measures the difference.
"""

# %%
# The accuracy over the whole plane
# ---------------------------------
#
# We vary the learning rate and the weight decay of a small network on handwritten digits, and cross-validate
# all 144 combinations of a fine lattice. One batched search trains them.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning

from sklearn_deep import MLPClassifier
from sklearn_deep.model_selection import BatchedRandomizedSearchCV

X, y = load_digits(return_X_y=True)
rates = np.logspace(-4, 1, 24)
decays = np.logspace(-7, -4, 6)
mlp = MLPClassifier(
    (32, 32),
    optimizer="sgd",
    batch_size=32,
    max_epochs=6,
    early_stopping=False,
    random_state=0,
)
space = {"learning_rate": list(rates), "weight_decay": list(decays)}
search = BatchedRandomizedSearchCV(mlp, space, n_iter=24 * 6, cv=3, refit=False, random_state=0)
with warnings.catch_warnings():
    warnings.simplefilter(
        "ignore", ConvergenceWarning
    )  # some learning rates are too large on purpose
    search.fit(X / 16, y)

# %%
# The candidates come in random order. We sort them into an array of learning rates × weight decays.

results = search.cv_results_
columns = [np.asarray(results[f"param_{name}"], dtype=float) for name in space]
order = np.lexsort(columns[::-1])
accuracy = results["mean_test_score"][order].reshape(24, 6)

print(f"standard deviation along learning rates: {accuracy.std(axis=0).mean():.3f}")
print(f"standard deviation along weight decays:  {accuracy.std(axis=1).mean():.3f}")

# %%
# The learning rate matters, the weight decay hardly does. The next picture shows the accuracy, and the
# candidates of one grid and of one random search.

grid = [(i, j) for i in (4, 12, 20) for j in (1, 3, 5)]
rng = np.random.default_rng(0)
places = [(i, j) for i in range(24) for j in range(6)]
drawn = rng.choice(places, 9, replace=False)

figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
shades = ax.pcolormesh(rates, decays, accuracy.T, cmap="gray", vmin=0, vmax=1)
figure.colorbar(shades, label="cross-validated accuracy")
for name, chosen, marker, color in (("grid", grid, "s", "C1"), ("random", drawn, "o", "C0")):
    i, j = np.transpose(chosen)
    ax.plot(rates[i], decays[j], marker, color=color, mec="white", ms=9, label=name)
ax.set(xscale="log", yscale="log", xlabel="learning rate", ylabel="weight decay")
figure.legend(loc="outside upper center", ncols=2)

# %%
# The result of many searches
# ---------------------------
#
# One grid and one random search may be lucky. The lattice contains 16 regular 3 × 3 grids, and as many
# random sets of nine candidates as we like. The result of a search is the best accuracy among its nine
# candidates.

grids = [
    accuracy[np.ix_(np.arange(3) * 8 + i, np.arange(3) * 2 + j)].max()
    for i in range(8)
    for j in range(2)
]
searches = [rng.choice(accuracy.ravel(), 9, replace=False).max() for _ in range(5000)]

figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
ax.ecdf(grids, color="C1", ls="--", lw=2, label="16 grids")
ax.ecdf(searches, color="C0", lw=2, label="5,000 random searches")
ax.set(xlabel="best cross-validated accuracy of a search", ylabel="share of searches")
ax.set_xlim(0.8, None)
ax.legend(loc="upper left")

# sphinx_gallery_thumbnail_number = 1

for name, best in (("grid", grids), ("random", searches)):
    low, median = np.quantile(best, [0.1, 0.5])
    print(f"{name:6} median {median:.3f}, worst tenth below {low:.3f}")

# %%
# Both kinds of search often find a good candidate, because a third of all learning rates is good here. They differ
# when luck is bad: one in ten grids stays below 0.85, because none of its three learning rates is good. One in
# ten random searches stays below 0.89. The advantage grows with the number of hyperparameters that
# matter little, because a grid repeats the same values of the important one for each of them.
