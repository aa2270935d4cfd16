"""A registry that tests may write to."""

import pytest

from sklearn_deep.plugins import _registry


@pytest.fixture
def registry(monkeypatch):
    """Undo what a test registers."""
    entries = {family: dict(names) for family, names in _registry._ENTRIES.items()}
    monkeypatch.setattr(_registry, "_ENTRIES", entries)
    monkeypatch.setattr(_registry, "_FAMILIES", dict(_registry._FAMILIES))
