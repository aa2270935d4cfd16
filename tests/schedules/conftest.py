"""Times of steps, and the factors of torch's schedulers at them."""

import numpy as np
import pytest
import torch


@pytest.fixture
def times_of():
    """Return a function that gives the time of every step, ``(n_epochs * n_steps,)``."""

    def times(n_epochs, n_steps=1):
        return np.concatenate([epoch + np.arange(n_steps) / n_steps for epoch in range(n_epochs)])

    return times


@pytest.fixture
def torch_factors():
    """Return a function that runs a scheduler of torch over some steps of a learning rate of 1."""

    def run(make, n_steps):
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
        scheduler = make(optimizer)
        factors = []
        for _ in range(n_steps):
            factors.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        return np.array(factors)

    return run
