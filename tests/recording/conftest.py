"""Trainings by recorded steps."""

import pytest


@pytest.fixture(autouse=True)
def _not_compiled(monkeypatch):
    """Let torch's recorded steps train, which these tests are about."""
    monkeypatch.setenv("SKLEARN_DEEP_COMPILED", "0")
