"""The memory of a graphed step, tested on the CPU with a replacement for the capture, and on a GPU."""

import pytest
import torch

from sklearn_deep._recording.cuda_graph import capture_on_gpu, graphed
from sklearn_deep._recording.recorded_step import RecordedStep
from sklearn_deep.noise import Dropout
from sklearn_deep.training import train
from tests._support.plans import make_data, make_plan


def capture_anywhere(run):
    run()
    return run


@pytest.fixture(params=["cpu", pytest.param("cuda", marks=pytest.mark.gpu)])
def device(request):
    return request.param


@pytest.fixture
def step(device):
    """Return a graphed step ``(2 w x, w + x)`` of x, and w."""
    w, x = torch.ones(3, device=device), torch.ones(3, device=device)
    capture = capture_on_gpu if device == "cuda" else capture_anywhere
    return graphed(lambda x: (2 * w * x, w + x), [x], capture), w


def test_new_inputs_give_new_results_and_old_results_stay(step, device):
    call, _ = step
    first = call(torch.full((3,), 5.0, device=device))
    second = call(torch.full((3,), 7.0, device=device))
    assert [t[0].item() for t in (*first, *second)] == [10, 6, 14, 8]


def test_what_is_no_input_is_read_where_it_lies(step, device):
    call, w = step
    w.fill_(3.0)
    assert call(torch.full((3,), 5.0, device=device))[0][0] == 30


def test_the_callers_inputs_are_left_alone(step, device):
    call, _ = step
    x = torch.full((3,), 5.0, device=device)
    call(torch.full((3,), 7.0, device=device))
    call(x)
    assert x[0] == 5


@pytest.mark.parametrize("n_members", [1, 3])
def test_a_training_through_graphs_is_the_training(n_members, monkeypatch):
    noise = {"dropout.1": Dropout(rate=0.3)}
    plans = [make_plan(make_data(), noise=noise, normalization="batch") for _ in range(n_members)]
    plain = train(plans)
    replays, init = [], RecordedStep.__init__

    def with_graphs(self, *arguments):
        init(self, *arguments[:5], capture_anywhere)
        replays.append(self)

    monkeypatch.setattr(RecordedStep, "__init__", with_graphs)
    for mine, theirs in zip(train(plans), plain, strict=True):
        ours, expected = mine.network.state_dict(), theirs.network.state_dict()
        assert all(torch.equal(ours[name], expected[name]) for name in expected)
    assert all(replay._is_graphed for replay in replays)


@pytest.mark.gpu
def test_a_training_on_a_gpu_follows_that_on_the_cpu():
    data = make_data(dtype=torch.float64)
    on_gpu = type(data)(*(column.cuda() for column in data))
    here, there = (train([make_plan(d, max_epochs=3)])[0] for d in (data, on_gpu))
    for mine, theirs in zip(here.network.parameters(), there.network.parameters(), strict=True):
        torch.testing.assert_close(mine, theirs.cpu(), rtol=1e-9, atol=1e-10)
