"""Few samples with many features: does a decoder help to distinguish four kinds of tumor?

For each seed, the 83 samples of 2308 genes (Khan et al.) are split into a labeled part, an unlabeled part
and 20 test samples, and these networks are compared:
* one trained only on the labeled samples;
* with a decoder, on the same samples (the autoencoder as a penalty);
* with a decoder, on these and all unlabeled samples. This is transductive: the test samples are among
  them, with their genes but without their classes.

Each is tuned by a random search with the same number of candidates, scored only on labeled samples.
With ``--betas`` nothing is tuned: everything else is fixed, and the result for each β is shown.

    python benchmarks/gene_expression.py             # a small version: about half a minute
    python benchmarks/gene_expression.py --seeds 10 --labels 24 63                    # 3 minutes
    python benchmarks/gene_expression.py --seeds 10 --labels 24 63 --betas 1 0.99 0.9 0.5  # 2 minutes
"""

import argparse
import time

import numpy as np
from real_data import khan
from scipy.stats import loguniform
from sklearn.model_selection import RandomizedSearchCV, train_test_split
from sklearn.preprocessing import StandardScaler

from sklearn_deep import JointAEClassifier
from sklearn_deep.model_selection import LabeledFold
from sklearn_deep.noise import Masking

UNLABELED = -1
SPACE = {
    "learning_rate": loguniform(3e-4, 5e-3),
    "weight_decay": loguniform(1e-5, 1e-1),
    "input_noise": [0.0, 0.5, Masking(rate=0.3), Masking(rate=0.5)],
    "n_components": [8, 32],
}
BETA = {"beta": loguniform(0.01, 0.99)}
FIXED = {
    "n_components": 16,
    "max_epochs": 150,
    "learning_rate": 1e-3,
    "input_noise": Masking(rate=0.3),
}


def network(some_unlabeled, seed, **parameters):
    """Return the classifier; with β = 1, the default here, the decoder has no effect."""
    fixed = {
        "encoder_layer_sizes": (64,),
        "code_activation": "relu",
        "tied_weights": True,
        "batch_size": 32,
        "max_epochs": 100,
        "early_stopping": False,
        "beta": 1.0,
    }
    marker = UNLABELED if some_unlabeled else None
    return JointAEClassifier(**fixed | parameters, unlabeled_value=marker, random_state=seed)


def split(X, y, n_labels, seed):
    """Return labeled samples, their classes, unlabeled samples, and 20 test samples with classes."""
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, test_size=20, stratify=y, random_state=seed
    )
    if n_labels == len(X_train):
        return X_train, y_train, X_test, X_test, y_test
    known, others, y_known, _ = train_test_split(
        X_train, y_train, train_size=n_labels, stratify=y_train, random_state=seed
    )
    return known, y_known, np.concatenate([others, X_test]), X_test, y_test


def sides(args, seed):
    """Return the classifiers or searches to compare, and whether each gets all samples."""

    def search(space, all_rows):
        cv = LabeledFold(2, unlabeled_value=UNLABELED) if all_rows else 2
        n_iter = args.candidates
        return RandomizedSearchCV(
            network(all_rows, seed), space, n_iter=n_iter, cv=cv, random_state=seed
        )

    if args.betas is None:
        return {
            "alone": (search(SPACE, False), False),
            "decoder": (search(SPACE | BETA, False), False),
            "decoder, all rows": (search(SPACE | BETA, True), True),
        }
    found = {}
    for beta in args.betas:
        found[f"β {beta:g}"] = (network(False, seed, beta=beta, **FIXED), False)
        if beta < 1:
            found[f"β {beta:g}, all rows"] = (network(True, seed, beta=beta, **FIXED), True)
    return found


def compare(X, y, n_labels, args, seed):
    """Return the accuracy of each on the test samples."""
    known, y_known, rest, X_test, y_test = split(X, y, n_labels, seed)
    everything = np.concatenate([known, rest])
    y_all = np.concatenate([y_known, np.full(len(rest), UNLABELED)])
    found = {}
    for side, (classifier, all_rows) in sides(args, seed).items():
        rows, targets = (everything, y_all) if all_rows else (known, y_known)
        scale = StandardScaler().fit(rows)
        classifier.fit(scale.transform(rows), targets)
        found[side] = classifier.score(scale.transform(X_test), y_test)
    return found


def main():
    """Run the study and print its table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--labels", type=int, nargs="+", default=[24], help="at most 63")
    parser.add_argument("--candidates", type=int, default=3, help="of each search")
    parser.add_argument("--betas", type=float, nargs="+", help="no search, but each of these")
    args = parser.parse_args()
    X_train, y_train, X_test, y_test = khan()
    X, y = np.concatenate([X_train, X_test]), np.concatenate([y_train, y_test])
    for n_labels in args.labels:
        start = time.perf_counter()
        runs = [compare(X, y, n_labels, args, seed) for seed in range(args.seeds)]
        print(f"{n_labels} labels, {args.seeds} splits, {time.perf_counter() - start:.0f} s")
        for side in runs[0]:
            accuracy = 100 * np.array([run[side] for run in runs])
            spread = accuracy.std(ddof=min(1, args.seeds - 1))
            print(f"  {side:18} {accuracy.mean():5.1f} ± {spread:.1f}  {accuracy}", flush=True)


if __name__ == "__main__":
    main()
