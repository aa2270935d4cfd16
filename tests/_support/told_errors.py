"""Classifiers whose training and validation errors are known functions of their parameters."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

N_ROWS, N_FOLDS = 1000, 5
X = np.column_stack(
    [np.arange(N_ROWS), np.arange(N_ROWS) % (N_ROWS // N_FOLDS), np.arange(N_ROWS) % 2]
)
Y = X[:, 2]
FOLDS = [
    (np.flatnonzero(X[:, 0] // 200 != k), np.flatnonzero(X[:, 0] // 200 == k)) for k in range(5)
]


class Told(ClassifierMixin, BaseEstimator):
    """Wrong on as many samples of each fold as ``errors`` says."""

    def errors(self):
        """Return the training error and the validation error."""
        raise NotImplementedError

    def fit(self, X, y):
        self.classes_, self.rows_, self.n_features_in_ = np.unique(y), X[:, 0], X.shape[1]
        return self

    def predict(self, X):
        train_error, validation_error = self.errors()
        known = np.isin(X[:, 0], self.rows_)
        wrong = X[:, 1] < np.where(known, round(200 * train_error), round(200 * validation_error))
        return np.where(wrong, 1 - X[:, 2], X[:, 2])


class Deep(Told):
    """Less bias with each doubling of ``max_depth``."""

    def __init__(self, max_depth=1):
        self.max_depth = max_depth

    def errors(self):
        return 0.4 / self.max_depth, 0.4 / self.max_depth + 0.01


class Penalized(Told):
    """``alpha`` reduces variance; its first step adds bias, which ``max_depth`` reduces."""

    def __init__(self, alpha=0.0, max_depth=1):
        self.alpha, self.max_depth = alpha, max_depth

    def errors(self):
        if self.alpha == 0:
            return 0.0, 0.3
        bias = 0.1 if self.max_depth == 1 else 0.0
        return bias, bias + 0.05 / (self.alpha / 1e-3)


class Traded(Told):
    """``alpha`` gives the lowest validation error but adds bias; ``min_samples_leaf`` does not."""

    def __init__(self, alpha=0.0, min_samples_leaf=1):
        self.alpha, self.min_samples_leaf = alpha, min_samples_leaf

    def errors(self):
        if self.alpha:
            return 0.1, 0.15
        return 0.0, 0.3 if self.min_samples_leaf == 1 else 0.2


class Stubborn(Told):
    """No parameter changes its errors by much."""

    def __init__(self, alpha=0.0, min_samples_leaf=1, ccp_alpha=0.0, train=0.0, validation=0.3):
        self.alpha, self.min_samples_leaf, self.ccp_alpha = alpha, min_samples_leaf, ccp_alpha
        self.train, self.validation = train, validation

    def errors(self):
        less = 0.005 if self.alpha else 0
        return self.train, self.validation - less


class Overfitting(Told):
    """Depth reduces bias and adds more variance than that; ``alpha`` only reduces variance."""

    def __init__(self, alpha=0.0, max_depth=4):
        self.alpha, self.max_depth = alpha, max_depth

    def errors(self):
        if self.max_depth > 4:
            return 0.05, 0.5
        return 0.1, 0.3 if self.alpha == 0 else 0.2


class Weighed(Told):
    """Depth reduces bias more than a smaller ``alpha`` does, which also reduces the validation error."""

    def __init__(self, alpha=0.01, max_depth=1):
        self.alpha, self.max_depth = alpha, max_depth

    def errors(self):
        if self.max_depth > 1:
            return 0.1, 0.31
        return (0.2, 0.3) if self.alpha == 0.01 else (0.12, 0.28)


class Dear(Told):
    """Depth reduces bias by more than it adds to the validation error, but adds more than is accepted."""

    def __init__(self, max_depth=1):
        self.max_depth = max_depth

    def errors(self):
        return (0.2, 0.3) if self.max_depth == 1 else (0.05, 0.4)
