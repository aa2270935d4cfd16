"""Fits that raise errors, and a check that they leave the estimator unchanged."""

import copy
from functools import cache

import numpy as np
import pytest

X = np.random.default_rng(0).normal(size=(24, 3))


@cache
def fitted(kind):
    """Return an estimator of a kind that was fitted once."""
    return kind((4,), max_epochs=1, random_state=0).fit(X, np.arange(24) % 3)


def check_refused(estimator, words, /, *args, error=ValueError, **kwargs):
    """Check that a fit raises an error with these words and leaves the estimator unchanged."""
    example = fitted(type(estimator))
    predictions = example.predict(X)
    params = estimator.get_params(deep=False)
    for victim in (estimator, copy.copy(example).set_params(**params)):
        before = vars(victim).copy()
        with pytest.raises(error) as raised:
            victim.fit(*args, **kwargs)
        missing = [word for word in words if word not in str(raised.value)]
        assert not missing, str(raised.value)
        assert vars(victim).keys() == before.keys()
        assert all(vars(victim)[name] is value for name, value in before.items())
    np.testing.assert_array_equal(victim.predict(X), predictions)
