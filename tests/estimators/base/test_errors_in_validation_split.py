"""A validation part that cannot be split off."""

import numpy as np

from sklearn_deep import MLPClassifier, MLPRegressor
from tests._support.refusals import check_refused

X = np.random.default_rng(0).normal(size=(24, 3))
Y = np.arange(24) % 3


def test_a_part_too_small_for_every_class_is_refused():
    mlp = MLPClassifier((4,), early_stopping=True, validation_fraction=0.05)
    words = ["early_stopping", "validation_fraction=0.05", "24 samples is 2", "3 classes", "X_val"]
    check_refused(mlp, words, X, Y)


def test_a_training_part_too_small_for_every_class_is_refused():
    mlp = MLPClassifier((4,), early_stopping=True, validation_fraction=0.95)
    check_refused(mlp, ["validation_fraction=0.95", "3 classes"], X, Y)


def test_a_class_too_rare_for_the_share_is_refused():
    rare = np.r_[np.zeros(22, int), 1, 1]
    check_refused(
        MLPClassifier((4,), early_stopping=True), ["24 samples is 3", "2 classes"], X, rare
    )


def test_a_class_with_one_row_is_refused():
    mlp = MLPClassifier((4,), early_stopping=True, validation_fraction=0.4)
    words = ["early_stopping", "a class of y has only 1 sample", "X_val and y_val"]
    check_refused(mlp, words, X, np.r_[Y[:-1], 5])


def test_one_row_cannot_be_split():
    words = ["validation_fraction=0.1", "1 samples", "one sample"]
    check_refused(MLPRegressor((4,), early_stopping=True), words, X[:1], Y[:1])


def test_a_part_without_weight_is_refused():
    mlp = MLPClassifier((4,), early_stopping=True, validation_fraction=0.5)
    words = ["validation split", "sample weights are all zero", "X_val and y_val"]
    check_refused(mlp, words, X, Y, np.eye(1, 24)[0])
