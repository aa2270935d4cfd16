"""For any samples, a fit gives finite predictions of the right shape, or an error that says what is wrong.

The suite draws 100 cases; ``make fuzz`` draws FUZZ_CASES times ten, from FUZZ_FIRST on.
"""

import os
import re
import warnings

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.base import is_classifier, is_regressor

from sklearn_deep import (
    AutoencoderOutlierDetector,
    AutoencoderTransformer,
    JointAEClassifier,
    JointAERegressor,
    MLPClassifier,
    MLPRegressor,
)
from sklearn_deep.ensemble import DeepEnsembleClassifier, DeepEnsembleRegressor

pandas = pytest.importorskip("pandas")

FIRST = int(os.environ.get("FUZZ_FIRST", "0"))
N_CASES = 10 * int(os.environ.get("FUZZ_CASES", "10"))
FAST = {"max_epochs": 2, "random_state": 0}
ESTIMATORS = [
    lambda: MLPClassifier((5,), **FAST),
    lambda: MLPRegressor((5,), **FAST),
    lambda: AutoencoderTransformer(2, encoder_layer_sizes=(4,), **FAST),
    lambda: AutoencoderOutlierDetector(2, encoder_layer_sizes=(4,), **FAST),
    lambda: JointAEClassifier(2, encoder_layer_sizes=(4,), **FAST),
    lambda: JointAERegressor(2, encoder_layer_sizes=(4,), **FAST),
    lambda: DeepEnsembleClassifier(MLPClassifier((5,), **FAST), 2, random_state=0),
    lambda: DeepEnsembleRegressor(MLPRegressor((5,), **FAST), 2, random_state=0),
]
PARAMS = [
    {},
    {"dtype": "float64"},
    {"normalization": "batch"},
    {"normalization": "layer"},
    {"dropout": 0.3},
    {"batch_size": 1},
    {"batch_size": 3},
    {"early_stopping": True},
    {"early_stopping": None, "learning_rate": 0.5},
    {"optimizer": "sgd", "learning_rate": 0.1},
    {"optimizer": "lbfgs", "batch_size": "auto"},
    {"augmentation": "mixup"},
    {"penalty": "l1"},
    {"activation": "selu"},
    {"init": "orthogonal"},
]


def values(rng, n, p):
    """Return the numbers of a case, ``(n, p)``."""
    X = rng.normal(size=(n, p))
    kind = rng.integers(12)
    if kind == 0:
        X[:, rng.integers(p)] = rng.choice([0.0, 3.0, -1e5])
    elif kind == 1:
        X *= 10.0 ** rng.choice([-30, -10, 10, 30])
    elif kind == 2:
        X[:, rng.integers(p)] *= 10.0 ** rng.choice([-30, 30])
    elif kind == 3:
        X = X[rng.integers(n, size=n) // 2]
    elif kind == 4:
        X[:] = 0
    elif kind == 5:
        X[rng.integers(n), rng.integers(p)] = rng.choice([np.nan, np.inf, -np.inf])
    elif kind == 6:
        X = np.round(10 * X)
    elif kind == 7:
        X = X > 0
    return X


def in_some_form(rng, X):
    """Return the same numbers in a form that users have."""
    forms = [
        lambda: X,
        lambda: X.astype(np.float32),
        lambda: X.astype(np.float16),
        lambda: np.nan_to_num(X, posinf=0, neginf=0).clip(-100, 100).astype(int),
        lambda: np.nan_to_num(X, posinf=0, neginf=0).clip(-100, 100).astype(np.int8),
        lambda: X > 0,
        lambda: X.astype(object),
        X.tolist,
        lambda: X[::-1, ::-1],
        lambda: np.asfortranarray(X),
        lambda: read_only(X),
        lambda: sp.csr_matrix(X),
        lambda: sp.csc_array(X),
        lambda: sp.coo_array(X),
        lambda: pandas.DataFrame(X, columns=[f"x{i}" for i in range(X.shape[1])]),
        lambda: pandas.DataFrame(X).astype("Float64").rename(columns=str),
        lambda: pandas.DataFrame(X > 0).astype("category").rename(columns=str),
        lambda: pandas.DataFrame(X > 0).astype(str).rename(columns=str),
    ]
    return forms[rng.integers(len(forms))]()


def read_only(X):
    X = X.copy()
    X.flags.writeable = False
    return X


def target(rng, estimator, n):
    """Return y for an estimator, or None if it does not need y."""
    if is_classifier(estimator):
        classes = rng.integers(1 + rng.integers(5), size=n)
        forms = [classes, classes.astype(str), classes.astype(object), classes * 2.0, classes > 0]
        return forms[rng.integers(len(forms))]
    if is_regressor(estimator):
        y = rng.normal(size=n) * 10.0 ** rng.choice([-30, 0, 0, 0, 5, 30])
        return rng.choice([0, 1]) * y if rng.random() < 0.2 else y
    return None


def weight(rng, n):
    """Return sample weights, or None."""
    kinds = [None, None, None, np.ones(n), rng.random(n), np.zeros(n), rng.random(n) * 1e30]
    found = kinds[rng.integers(len(kinds))]
    if found is not None and rng.random() < 0.3:
        found = found * (rng.random(n) < 0.5)
    return found


NAMES = re.compile(
    r"\b(X|y|sample_weight|early_stopping|batch_size|validation|normalization|learning_rate|class|classes|"
    r"samples?|features?|optimizer|augmentation|n_components|contamination|dtype|weights?)\b"
)


def outputs(estimator, X):
    """Return predictions, and the expected number of columns."""
    for method in ("predict_proba", "score_samples", "predict", "transform"):
        if hasattr(estimator, method):
            return np.asarray(getattr(estimator, method)(X), dtype=float)
    raise AssertionError(estimator)


def run(case):
    """Fit and predict once; return "fit" or "error", or raise."""
    rng = np.random.default_rng(case)
    estimator = ESTIMATORS[rng.integers(len(ESTIMATORS))]()
    params = PARAMS[rng.integers(len(PARAMS))]
    inner = estimator.estimator if hasattr(estimator, "estimator") else estimator
    inner.set_params(**params)
    n, p = int(rng.choice([1, 2, 3, 17, 60])), int(rng.choice([1, 2, 7]))
    X = in_some_form(rng, values(rng, n, p))
    y, own_weight = target(rng, estimator, n), weight(rng, n)
    try:
        estimator.fit(X, y, sample_weight=own_weight)
    except (ValueError, TypeError) as error:
        if NAMES.search(str(error)):
            return "error"
        raise
    found = outputs(estimator, X)
    assert found.shape[0] == n, case
    assert np.isfinite(found).all(), f"case {case}: predictions that are not finite"
    return "fit"


def test_whatever_samples_come():
    errors, found = [], []
    for case in range(FIRST, FIRST + N_CASES):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                found.append(run(case))
            except Exception as error:  # noqa: BLE001 - all cases are to be seen
                error.add_note(f"case {case}")
                errors.append(error)
    if errors:
        raise ExceptionGroup(f"{len(errors)} of {N_CASES} cases failed", errors)
    assert found.count("fit") > N_CASES / 3
    assert found.count("error") > N_CASES / 20
