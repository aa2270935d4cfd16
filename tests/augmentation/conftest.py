"""A batch to augment."""

import pytest
import torch


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(0)


@pytest.fixture
def batch():
    """Return a function that draws samples with 16 features, one-hot targets and weights."""

    def draw(dtype=torch.float64, n_rows=12):
        source = torch.Generator().manual_seed(1)
        x = torch.randn(n_rows, 16, generator=source, dtype=dtype)
        y = torch.eye(3, dtype=dtype)[torch.arange(n_rows) % 3]
        return x, y, torch.rand(n_rows, generator=source, dtype=dtype)

    return draw
