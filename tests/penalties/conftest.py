"""Weights to penalize."""

import pytest
import torch


@pytest.fixture
def normal():
    """Return a function that draws normal numbers of a shape."""
    generator = torch.Generator().manual_seed(0)
    return lambda *shape, dtype=torch.float64: torch.randn(shape, generator=generator, dtype=dtype)
