"""Settings of the whole suite."""

import os

# Without it scikit-learn skips its check that numpy input still works under array API dispatch.
os.environ.setdefault("SCIPY_ARRAY_API", "1")

import pytest

from sklearn_deep.plugins import _registry


def pytest_configure(config):
    """Let the suite's tiny samples be off scale; tests about that warning ask for it again."""
    # Not in pyproject.toml, which is read before the variable above is set.
    config.addinivalue_line("filterwarnings", "ignore::sklearn_deep.ScaleWarning")


@pytest.fixture(autouse=True)
def _names_registered_in_a_test_are_forgotten(monkeypatch):
    entries = {family: dict(names) for family, names in _registry._ENTRIES.items()}
    monkeypatch.setattr(_registry, "_ENTRIES", entries)
