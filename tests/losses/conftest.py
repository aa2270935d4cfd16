"""Outputs and targets of losses."""

import pytest
import torch


@pytest.fixture
def normal():
    """Return a function that draws float64 tensors of a given shape, three wide."""
    generator = torch.Generator().manual_seed(0)
    return lambda *shape: 3 * torch.randn(shape, generator=generator, dtype=torch.float64)
