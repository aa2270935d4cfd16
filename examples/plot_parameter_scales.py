"""
Scales of parameters
====================

Draw a parameter on the scale on which equal steps do equally much: the logarithm of a learning
rate, and the logarithm of 1 − β of a momentum, since it remembers 1/(1 − β) steps.

The same budget and the same limits for both distributions, on handwritten digits. A uniform
learning rate is nine times in ten above a tenth of the largest, and a uniform momentum remembers more than a
hundred steps one time in ten. Where a long memory is of use, as with the small learning rate that
it has here, such a search has few candidates; where a short one will do, both find it.
"""

import warnings
from pathlib import Path

import matplotlib as mpl
import numpy as np
from scipy.stats import uniform
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning

from sklearn_deep import MLPClassifier
from sklearn_deep.model_selection import (
    BatchedRandomizedSearchCV,
    loguniform,
    one_minus_loguniform,
)
from sklearn_deep.optimizers import SGD

mpl.use("Agg")
import matplotlib.pyplot as plt

PICTURE = Path("parameter_scales.png")
PARAMETERS = {
    "learning_rate": {
        "uniform": uniform(1e-4, 1 - 1e-4),
        "loguniform": loguniform(1e-4, 1),
    },
    "optimizer__momentum": {
        "uniform": uniform(0.9, 0.0995),
        "one_minus_loguniform": one_minus_loguniform(0.9, 0.9995),
    },
}
FIXED = {"learning_rate": 5e-4, "optimizer__momentum": 0.9}
N_CANDIDATES = 40


# %%
# One parameter is searched at a time, the other is fixed.


def searched(name, distribution, X, y, max_epochs=8):
    """Return the candidates of a search over one parameter, and their scores."""
    mlp = MLPClassifier(
        (32,),
        optimizer=SGD(),
        batch_size=32,
        max_epochs=max_epochs,
        early_stopping=False,
        random_state=0,
    )
    search = BatchedRandomizedSearchCV(
        mlp.set_params(**FIXED),
        {name: distribution},
        n_iter=N_CANDIDATES,
        cv=3,
        random_state=0,
        refit=False,
    )
    with warnings.catch_warnings():
        # Some learning rates are meant to be too large.
        warnings.simplefilter("ignore", ConvergenceWarning)
        search.fit(X, y)
    results = search.cv_results_
    return np.array(results[f"param_{name}"], dtype=float), results["mean_test_score"]


# %%
# The scores on a scale of equal steps, and the best score that so many candidates have on average.


def best_of(scores, counts):
    """Return the mean over many subsets of the best score of so many candidates."""
    rng = np.random.default_rng(0)
    return [
        np.mean([rng.choice(scores, n, replace=False).max() for _ in range(1000)]) for n in counts
    ]


def draw(found, path):
    """Save the candidates of each search, and how fast it finds a good one."""
    figure, panels = plt.subplots(2, 2, figsize=(11, 7.5), layout="constrained")
    styles = (("s", "--", "C1"), ("o", "-", "C0"))
    for (name, searches), (left, right) in zip(found.items(), panels, strict=True):
        of_momentum = name.endswith("momentum")
        for (kind, (values, scores)), (marker, line, color) in zip(
            searches.items(), styles, strict=True
        ):
            places = 1 - values if of_momentum else values
            left.plot(places, scores, marker, color=color, mec="black", mew=0.5, label=kind)
            counts = [n for n in (1, 2, 4, 8, 16, 32) if n <= len(scores)]
            best = best_of(scores, counts)
            right.plot(counts, best, marker + line, color=color, mec="black", label=kind)
        left.set(xscale="log", ylabel="cross-validated accuracy")
        left.set_xlabel("1 − β (β: momentum)" if of_momentum else "learning rate")
        if of_momentum:
            left.invert_xaxis()
        right.set(xscale="log", xlabel="candidates", ylabel="best accuracy, mean")
        right.set_xticks(counts, counts)
        right.minorticks_off()
        for panel in (left, right):
            panel.legend(loc="lower center" if panel is left else "lower right")
    figure.savefig(path, dpi=120)


def main(**parameters):
    """Search with both distributions of both parameters, save the picture."""
    X, y = load_digits(return_X_y=True)
    found = {
        name: {kind: searched(name, d, X / 16, y, **parameters) for kind, d in by_kind.items()}
        for name, by_kind in PARAMETERS.items()
    }
    for name, searches in found.items():
        print(f"{name}: mean score of the best of four candidates")
        for kind, (_, scores) in searches.items():
            print(f"  {kind:22} {best_of(scores, [4])[0]:.3f}")
    draw(found, PICTURE)
    print(f"Picture saved to {PICTURE}")


if __name__ == "__main__":
    main()
