"""Trainings by recorded steps."""

import pytest


@pytest.fixture(autouse=True)
def _not_compiled(monkeypatch):
    """Turn compiled code off, so that torch's recorded steps are used, which these tests are about."""
    monkeypatch.setenv("SKLEARN_DEEP_COMPILED", "0")
