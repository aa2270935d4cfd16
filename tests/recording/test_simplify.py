"""A simplified tape computes the same bits with fewer operations."""

import pytest
import torch

from sklearn_deep._recording.program import Program
from sklearn_deep._recording.record import record, same_bits
from sklearn_deep._recording.simplify import simplified
from sklearn_deep.noise import Dropout
from tests._support.plans import make_recorded_step


def tape_of(function, *inputs):
    return record(lambda *given: [function(*given)], inputs)[0]


def run(tape, *inputs):
    outputs = Program([], [], tape.inputs, tape.calls, tape.outputs, tape.constants)()(*inputs)
    return outputs[0] if len(outputs) == 1 else outputs


def functions(tape):
    return [str(call.function) for call in tape.calls]


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
def test_the_bits_stay_and_operations_go(n_members, structure):
    replay, inputs_of = make_recorded_step(
        n_members, noise={"dropout.1": Dropout(rate=0.3)}, **structure
    )
    inputs = [tensor.clone() for tensor in [*replay.held, *inputs_of(0)]]
    tape, made = record(replay.step, inputs)
    shorter = simplified(tape)
    assert len(shorter.calls) < len(tape.calls)
    assert all(map(same_bits, run(tape, *inputs), made))
    assert all(map(same_bits, run(shorter, *inputs), made))


def test_a_transpose_of_a_transpose_goes():
    assert not simplified(tape_of(lambda x: x.mT.t(), torch.ones(2, 3))).calls


def test_transposes_of_different_axes_stay():
    x = torch.arange(24.0).view(2, 3, 4)
    shorter = simplified(tape_of(lambda x: x.transpose(0, 1).transpose(1, 2), x))
    assert torch.equal(run(shorter, x), x.transpose(0, 1).transpose(1, 2))


def test_a_view_of_another_shape_stays():
    x = torch.arange(6.0).view(2, 3)
    assert run(simplified(tape_of(lambda x: x.view(3, 2), x)), x).shape == (3, 2)


def test_a_view_and_an_expansion_to_the_same_shape_go():
    x = torch.ones(2, 3)
    assert not simplified(tape_of(lambda x: x.view(2, 3).expand(2, 3).detach(), x)).calls


def test_a_product_with_one_goes_where_it_does_not_change_the_type():
    def times_one(x):
        return torch.ops.aten.mul.Scalar(x, 1)

    assert not simplified(tape_of(times_one, torch.ones(3))).calls
    mask = torch.ones(3, dtype=torch.bool)
    assert run(simplified(tape_of(times_one, mask)), mask).dtype == torch.int64


def test_a_first_power_goes():
    assert functions(simplified(tape_of(lambda x: x.pow(1.0) ** 2, torch.ones(3)))) == [
        "aten.pow.Tensor_Scalar"
    ]


def test_a_product_with_another_number_stays():
    def twice(x):
        return torch.ops.aten.mul.Scalar(x, 2)

    assert run(simplified(tape_of(twice, torch.ones(3))), torch.ones(3)).sum() == 6


def test_results_that_nobody_takes_go():
    x = torch.ones(2, 3)
    assert functions(simplified(tape_of(lambda x: [x.exp(), x.neg()][1], x))) == [
        "aten.neg.default"
    ]


def test_a_tape_that_writes_into_its_tensors_stays_as_it_is():
    def writes(x):
        z = x.exp()
        z.detach().neg_()
        return z

    tape = tape_of(writes, torch.ones(2))
    assert simplified(tape) is tape
    assert torch.equal(run(tape, torch.zeros(2)), -torch.ones(2))


@pytest.mark.parametrize(
    "function",
    [
        lambda x, row: x * row.expand(4, 3),
        lambda x, row: row.expand(4, 3) - x,
        lambda x, row: x / row.unsqueeze(0).expand(4, 3),
        lambda x, row: torch.add(x, row.expand(4, 3), alpha=2),
    ],
)
def test_an_expansion_before_an_operation_that_expands_goes(function):
    x, row = torch.randn(4, 3), torch.randn(3)
    shorter = simplified(tape_of(function, x, row))
    assert "aten.expand.default" not in functions(shorter)
    assert same_bits(run(shorter, x, row), function(x, row))


@pytest.mark.parametrize(
    "function",
    [
        lambda x, row: row.expand(4, 3) * row.expand(4, 3),
        lambda x, row: x[0] * row.expand(4, 3),
        lambda x, row: x.mT.contiguous().mT * row.expand(4, 3).double(),
        lambda x, row: x @ row.expand(4, 3).mT,
    ],
)
def test_an_expansion_that_gives_the_result_its_shape_stays(function):
    x, row = torch.randn(4, 3), torch.randn(3)
    shorter = simplified(tape_of(function, x, row))
    assert "aten.expand.default" in functions(shorter)
    assert same_bits(run(shorter, x, row), function(x, row))
