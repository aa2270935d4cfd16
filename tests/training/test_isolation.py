"""A fit leaves threads and generators of its process as they were, in several Python threads too."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from sklearn_deep.training import isolated, train


@pytest.fixture
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("two_threads")
def test_threads_and_generator_are_put_back():
    state = torch.default_generator.get_state()
    with isolated(7):
        assert torch.get_num_threads() == 1
        torch.rand(3)
    assert torch.get_num_threads() == 2
    assert torch.equal(torch.default_generator.get_state(), state)


@pytest.mark.usefixtures("two_threads")
def test_fits_in_several_threads_are_those_of_one(make_data, make_plan):
    class Drawing(torch.nn.Module):
        def forward(self, z):
            return z * torch.rand_like(z) if self.training else z

    state = torch.default_generator.get_state()
    plans = [make_plan(make_data(64), activation=Drawing, seed=seed) for seed in range(6)]
    expected = [train([plan])[0].history["loss"].tolist() for plan in plans]
    with ThreadPoolExecutor(4) as pool:
        found = [r[0].history["loss"].tolist() for r in pool.map(train, [[p] for p in plans])]
    assert found == expected
    assert torch.get_num_threads() == 2
    assert torch.equal(torch.default_generator.get_state(), state)
