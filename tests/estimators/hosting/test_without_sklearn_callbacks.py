"""Releases of scikit-learn before 1.9 have no callbacks."""

import subprocess
import sys

import pytest

# Scikit-learn's own imports come first: a release that has the module needs it.
CODE = """
import sys
import numpy as np
import sklearn.linear_model, sklearn.model_selection, sklearn.pipeline, sklearn.preprocessing

sys.modules["sklearn.callback"] = None
from sklearn_deep import MLPClassifier

X, y = np.eye(4), [0, 1, 0, 1]
mlp = MLPClassifier((2,), max_epochs=2, early_stopping=None, random_state=0).fit(X, y)
assert not hasattr(mlp, "set_callbacks")
assert mlp.partial_fit(X, y).n_epochs_ == 3
assert not [name for name in vars(mlp) if "callback" in name.removeprefix("net_callbacks")]
"""


@pytest.mark.slow
def test_without_them_the_estimators_fit_and_have_no_set_callbacks():
    subprocess.run([sys.executable, "-W", "error", "-c", CODE], check=True)
