"""
Joint training: few labels among many samples
=============================================

One network can learn to classify and to reconstruct at once, so that unlabeled samples are used, too.
If labels are few, this may improve the accuracy a little, but not for every draw of the labels.

The loss is J = β·J_class + (1 − β)·J_ae. A few of many MNIST images have a label. One network is
trained on these only; the same network with a decoder is trained on all images. Both have the same
random parameters (the second also has β), and are scored on the 10,000 test images.

Without arguments this is a small version with few samples, two draws and no search. The table of
``docs/guide/few_labels.md``, in which both are tuned by a search that scores only labeled samples, takes
20 minutes: ``--seeds 5 --labels 100 500 --rows 10000 --candidates 4``.
"""

import argparse
import time
from pathlib import Path

import matplotlib as mpl
import numpy as np
from real_data import mnist
from scipy.stats import loguniform
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, ParameterSampler, train_test_split

from sklearn_deep import JointAEClassifier, MLPClassifier
from sklearn_deep.model_selection import LabeledFold
from sklearn_deep.noise import Masking

mpl.use("Agg")
import matplotlib.pyplot as plt

PICTURE = Path("semi_supervised.png")
UNLABELED = -1
SEARCHED_UNLABELED = 1000  # number of unlabeled samples in the search; the last fit has all of them
SPACE = {
    "learning_rate": loguniform(2e-3, 8e-3),
    "weight_decay": loguniform(1e-6, 3e-4),
    "input_noise": [0.3, 0.5, Masking(rate=0.3), Masking(rate=0.5)],
    "dropout": [0.0, (0, 0.3, 0)],  # of the first hidden layer
    "beta": loguniform(0.01, 0.5),
}


def labeled_alone(n_labels, seed):
    """Return the network without decoder, trained for at least 1000 steps also on few samples."""
    return MLPClassifier(
        (512, 128),
        batch_size=50,
        max_epochs=max(60, 50_000 // n_labels),
        early_stopping=False,
        schedule="cosine",
        random_state=seed,
    )


def joint(seed):
    """Return the same network with a decoder."""
    return JointAEClassifier(
        128,
        encoder_layer_sizes=(512,),
        code_activation="relu",
        tied_weights=True,
        output_activation="logistic",
        unlabeled_value=UNLABELED,
        batch_size=100,
        max_epochs=40,
        early_stopping=False,
        schedule="cosine",
        random_state=seed,
    )


def tuned(network, candidates, X, y):
    """Return the network with the candidate that scores best on held-out labeled samples."""
    grid = [
        {name: [value] for name, value in candidate.items() if hasattr(network, name)}
        for candidate in candidates
    ]
    if len(grid) == 1:
        return clone(network).set_params(**{name: value for name, (value,) in grid[0].items()})
    some_unlabeled = (y == UNLABELED).any()
    cv = LabeledFold(2, unlabeled_value=UNLABELED) if some_unlabeled else 2
    search = GridSearchCV(network, grid, cv=cv, refit=False).fit(X, y)
    return clone(network).set_params(**search.best_params_)


def compare(images, digits, test, n_labels, args, seed):
    """Return the test accuracies of both networks, and their parameters."""
    X, _, y, _ = train_test_split(
        images, digits, train_size=args.rows, stratify=digits, random_state=seed
    )
    known, rest, y_known, _ = train_test_split(
        X, y, train_size=n_labels, stratify=y, random_state=seed
    )
    candidates = list(ParameterSampler(SPACE, args.candidates, random_state=seed))
    alone = tuned(labeled_alone(n_labels, seed), candidates, known, y_known).fit(known, y_known)

    X = np.concatenate([known, rest])
    y = np.concatenate([y_known, np.full(len(rest), UNLABELED)])
    first = slice(n_labels + SEARCHED_UNLABELED)
    both = tuned(joint(seed), candidates, X[first], y[first]).fit(X, y)
    return {
        "labeled rows alone": (alone.score(*test), alone),
        "all rows, with a decoder": (both.score(*test), both),
    }


def draw(results, n_rows, path):
    """Plot each number of labels: a thin line per seed from one network to the other, and a thick mean."""
    counts = sorted(next(iter(results.values())))
    size = (3.4 * len(counts) + 0.6, 4)
    figure, axes = plt.subplots(1, len(counts), figsize=size, squeeze=False, layout="constrained")
    for ax, n in zip(axes[0], counts, strict=True):
        accuracy = 100 * np.array([side[n] for side in results.values()])  # (2, n_seeds)
        ax.plot([0, 1], accuracy, color="0.6", lw=1, marker="o", ms=4)
        ax.plot([0, 1], accuracy.mean(1), color="0", lw=2.5, marker="D")
        ax.set_xticks([0, 1], [side.replace(", ", ",\n") for side in results])
        ax.set(xlim=(-0.4, 1.4), title=f"{n:,} of {n_rows:,} rows have a label")
        ax.grid(axis="y", color="0.9")
    axes[0, 0].set_ylabel("test accuracy (%)")
    axes[0, 0].plot([], [], color="0.6", lw=1, marker="o", ms=4, label="a seed")
    axes[0, 0].plot([], [], color="0", lw=2.5, marker="D", label="mean")
    figure.legend(loc="outside lower center", ncols=2)
    figure.suptitle("MNIST: trained on few labels or on all rows")
    figure.savefig(path, dpi=120)


def print_table(results):
    """Print mean and standard deviation over seeds, and the mean difference of pairs."""
    alone, both = results.values()
    print(f"\n{'labels':>6}  {'  '.join(f'{side:>24}' for side in results)}  {'gain':>14}")
    for n in sorted(alone):
        columns = [100 * np.array(side[n]) for side in (alone, both)]
        columns.append(columns[1] - columns[0])
        spread = [f"{c.mean():.2f} ± {c.std(ddof=min(1, len(c) - 1)):.2f}" for c in columns]
        print(f"{n:6}  {spread[0]:>24}  {spread[1]:>24}  {spread[2]:>14}")


def described(network):
    """Return the parameters chosen by the search, as text."""
    chosen = {name: getattr(network, name) for name in SPACE if hasattr(network, name)}
    return ", ".join(
        f"{name} {value:.2g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in chosen.items()
    )


def main():
    """Run the study, print each fit's accuracy and the table, save the picture."""
    parser = argparse.ArgumentParser(description="Few labels among many rows")
    parser.add_argument("--seeds", type=int, default=2, help="draws of rows and labels")
    parser.add_argument("--labels", type=int, nargs="+", default=[500])
    parser.add_argument("--rows", type=int, default=1500, help="labeled and unlabeled together")
    parser.add_argument("--candidates", type=int, default=1, help="of each search; 1: no search")
    args = parser.parse_args()
    images, digits, X_test, y_test = mnist()
    images, X_test = (X.astype(np.float32) / 255 for X in (images, X_test))
    results = {}
    for seed in range(args.seeds):
        for n_labels in args.labels:
            start = time.perf_counter()
            found = compare(images, digits, (X_test, y_test), n_labels, args, seed)
            for side, (accuracy, network) in found.items():
                results.setdefault(side, {}).setdefault(n_labels, []).append(accuracy)
                print(f"seed {seed}, {n_labels} labels, {side}: {100 * accuracy:.2f} %")
                print(f"    {described(network)}")
            print(f"  {time.perf_counter() - start:.0f} s", flush=True)
    print_table(results)
    draw(results, args.rows, PICTURE)
    print(f"Picture saved to {PICTURE}")


if __name__ == "__main__":
    main()
