"""Checks that several files of this folder make."""

import copy

import numpy as np
import pytest

X = np.random.default_rng(0).normal(size=(24, 3))


@pytest.fixture(scope="session")
def check_refused():
    """Check that a fit raises the given words and leaves an estimator, fresh or fitted, as it was."""
    fitted = {}

    def check(estimator, words, /, *args, error=ValueError, **kwargs):
        kind, params = type(estimator), estimator.get_params(deep=False)
        if kind not in fitted:
            fitted[kind] = kind((4,), max_epochs=1, random_state=0).fit(X, np.arange(24) % 3)
        predictions = fitted[kind].predict(X)
        for victim in (estimator, copy.copy(fitted[kind]).set_params(**params)):
            before = vars(victim).copy()
            with pytest.raises(error) as raised:
                victim.fit(*args, **kwargs)
            missing = [word for word in words if word not in str(raised.value)]
            assert not missing, str(raised.value)
            assert vars(victim).keys() == before.keys()
            assert all(vars(victim)[name] is value for name, value in before.items())
        np.testing.assert_array_equal(victim.predict(X), predictions)

    return check
