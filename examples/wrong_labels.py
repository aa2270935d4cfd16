"""Digits of which some training labels are wrong: easy data on which a network can overfit.

On scikit-learn's digits as they are, a network that learns all training rows by heart is right on
nearly all others too, and regularization has nothing to do. Wrong labels are common in real data,
and to learn them by heart does harm.
"""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

REPLACED = 0.3
RIGHT = 1 - 0.9 * REPLACED  # expected: one in ten random digits is the right one


def digits_with_wrong_labels(n_training=800, share=REPLACED, random_state=0):
    """Return rows in [0, 1] and labels, of training and of test; those of test are right.

    Each training label is replaced by a random digit with probability ``share``.
    """
    X, y = load_digits(return_X_y=True)
    X, X_test, y, y_test = train_test_split(
        X / 16, y, train_size=n_training, stratify=y, random_state=random_state
    )
    rng = np.random.default_rng(random_state)
    replaced = rng.random(len(y)) < share
    y[replaced] = rng.integers(0, 10, replaced.sum())
    return X, y, X_test, y_test
