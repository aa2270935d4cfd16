"""A simplified recording computes the same bits with fewer operations."""

import pytest
import torch
from torch.func import vmap
from torch.fx.experimental.proxy_tensor import make_fx

from sklearn_deep.noise import Dropout
from sklearn_deep.training._objective import member_step
from sklearn_deep.training._simplification import simplified
from sklearn_deep.training._training import Training


@pytest.fixture
def recording_of(make_data, make_plan):
    """Return a function that records a step as it comes, and inputs to try it on."""

    def record(n_members, **structure):
        noise = {"dropout.1": Dropout(0.3)}
        plans = [make_plan(make_data(64), noise=noise, **structure) for _ in range(n_members)]
        training, seen = Training(plans), []
        training.computation._step = lambda *tensors: seen.append(tensors) or 1 / 0
        with pytest.raises(ZeroDivisionError):
            training.run_epoch()
        inputs = [tensor.clone() for tensor in seen[0]]
        step = member_step(
            training.population.objectives[0],
            training.population.layout,
            training.computation.draws.sites,
        )
        if n_members > 1:
            axes = [0] * (len(inputs) - 2) + [None, None]
            step = vmap(step, in_dims=tuple(axes))
        return make_fx(step)(*inputs), inputs

    return record


@pytest.mark.parametrize("n_members", [1, 3])
@pytest.mark.parametrize(
    "structure",
    [
        {},
        {"hidden": (37,), "activation": torch.tanh, "normalization": "batch"},
        {"hidden": (5, 3), "activation": torch.nn.functional.gelu, "normalization": "layer"},
    ],
    ids=["relu", "tanh, batch norm", "gelu, layer norm"],
)
def test_the_bits_stay_and_operations_go(n_members, structure, recording_of):
    recording, inputs = recording_of(n_members, **structure)
    before, n_before = recording(*inputs), len(recording.graph.nodes)
    shorter = simplified(recording, inputs)
    assert len(shorter.graph.nodes) < n_before
    assert all(map(torch.equal, before, shorter(*inputs)))


def recorded_and_simplified(function, *inputs):
    return simplified(make_fx(function)(*inputs), inputs)


def operations(recording):
    return [node for node in recording.graph.nodes if node.op.startswith("call")]


def test_a_transpose_of_a_transpose_goes():
    assert not operations(recorded_and_simplified(lambda x: x.mT.t(), torch.ones(2, 3)))


def test_transposes_of_different_axes_stay():
    x = torch.arange(24.0).view(2, 3, 4)
    shorter = recorded_and_simplified(lambda x: x.transpose(0, 1).transpose(1, 2), x)
    assert torch.equal(shorter(x), x.transpose(0, 1).transpose(1, 2))


def test_a_view_of_another_shape_stays():
    x = torch.arange(6.0).view(2, 3)
    assert recorded_and_simplified(lambda x: x.view(3, 2), x)(x).shape == (3, 2)


def test_a_view_and_an_expansion_to_the_same_shape_go():
    shorter = recorded_and_simplified(lambda x: x.view(2, 3).expand(2, 3), torch.ones(2, 3))
    assert not operations(shorter)
