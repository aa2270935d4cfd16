"""Results are written over tensors that are no longer needed, or into a row, with the same bits."""

import pytest
import torch

from sklearn_deep._recording.compile import Roles, program_of
from sklearn_deep._recording.record import record, same_bits

NO_ROW = Roles(0, frozenset(), None)
ROW = Roles(0, frozenset(), slice(0, 1))


def rows(seed=0):
    return torch.randn(4, 3, generator=torch.Generator().manual_seed(seed))


def program(function, *inputs, roles=NO_ROW):
    return program_of(record(function, inputs)[0], roles)


def still_needed(x):
    z = x @ x.mT
    return [z + 1, z]


def needed_through_a_view(x):
    z = x @ x.mT
    first = z[0]
    return [(z + 1).exp() * first]


def of_another_shape(x):
    return [x.sum(0) + x, x.sum(0) * x.sum(1, keepdim=True)]


def of_another_type(x):
    return [x.argmax(0) * 0.5]


def spread_out(x):
    return [x.sum(0).expand(4, 3) + 1]


def of_another_layout(x):
    return [(x @ x.mT).mT + x @ x.mT]


def taken_twice_by_one_operation(x):
    z = (x @ x.mT).exp() * torch.arange(4)
    return [z - z.mT]


def taken_twice(x):
    z = x.exp()
    return [z * z, (x.exp() + 1).mT * 2]


@pytest.mark.parametrize(
    "function",
    [
        still_needed,
        needed_through_a_view,
        of_another_shape,
        of_another_type,
        spread_out,
        of_another_layout,
        taken_twice,
        taken_twice_by_one_operation,
        lambda x: [torch.relu(x @ x.mT + 1).neg() / 3 - 2],
        lambda x: [x + 1, x * 2, -x, x],
        lambda x: [x[:, :1] * x.exp(), x[0] + x.exp(), x - x.exp(), x / x.exp()],
        lambda x: [torch.ops.aten.mul.Scalar(x.exp(), 2.0), torch.ops.aten.mul.Scalar(x, 2.0)],
    ],
)
def test_writing_over_results_changes_no_bit_and_no_input(function):
    replay = program(function, rows())()
    for seed in (1, 2):
        x = rows(seed)
        assert all(map(same_bits, replay(x), function(x)))
        assert same_bits(x, rows(seed))


def test_what_is_not_needed_any_more_is_written_over():
    source = program(lambda x: [torch.relu(x @ x.mT + 1)], rows()).source
    assert "add_(" in source
    assert "relu_(" in source


def test_a_product_and_a_sum_are_written_over_their_second_argument_but_no_difference():
    source = program(lambda x: [x[0] * x.exp(), x[0] + x.tan(), x[0] - x.sin()], rows()).source
    assert source.count("mul_(") == source.count("add_(") == 1
    assert "sub_(" not in source


MEMORY = Roles(0, frozenset(), None, reuses_memory=True)


def wide_rows(seed=0):
    return torch.randn(128, 256, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(
    "function",
    [
        lambda x: [torch.relu(x @ x.mT + 1).sum(0)],
        lambda x: [
            (x.exp() * x.tan() + x.sin() * x.exp().mT.mT).sum(),
            (x / x.exp()).pow(2).sum(1),
        ],
        lambda x: [x.exp(), x.exp() * 2],
        lambda x: [x.exp()[0], (x.exp() - x).pow(3)[:, :2].sum(1)],
        lambda x: [torch.where(x > 0, x.exp(), x * 3).pow(2).sum(0) - x.exp().sum(0)],
        lambda x: [(x.mT.exp() @ x).exp().sum(0) + (x @ x.mT).exp().sum()],
        lambda x: [(x.exp() + x.expm1()).mT @ (x.exp() - 1)],
    ],
)
def test_writing_into_memory_changes_no_bit(function):
    prepared = program(function, wide_rows(), roles=MEMORY)
    replay, kept = prepared(), []
    for seed in (1, 2, 3):
        kept.append((replay(wide_rows(seed)), function(wide_rows(seed))))
    # Outputs of earlier steps are unchanged.
    assert all(same_bits(mine, other) for pair in kept for mine, other in zip(*pair, strict=True))


def test_large_results_share_memory_and_small_ones_have_none():
    def chain(x):
        return [(x.pow(2) @ x.mT).pow(2).pow(3).pow(2).sum()]

    assert program(chain, wide_rows(), roles=MEMORY).source.count("empty(") == 3
    assert "empty(" not in program(chain, rows(), roles=MEMORY).source
    assert "empty(" not in program(chain, wide_rows()).source


def test_constants_and_prepared_tensors_are_not_written_over():
    ones = torch.ones(3)
    prepared = program(lambda x: [x + (ones + 1), torch.zeros(3) + x[0], ones * 2 + x], rows())
    replay = prepared()
    first = [output.clone() for output in replay(rows())]
    assert all(map(same_bits, replay(rows()), first))
    assert torch.equal(ones, torch.ones(3))


@pytest.mark.parametrize(
    ("function", "written"),
    [
        (lambda x: [x.mT @ x], True),
        (lambda x: [x.sum(0, keepdim=True).view(3)], True),
        (lambda x: [x.exp() * x], True),
        (lambda x: [x.mT + x.mT], True),
        (lambda x: [(x.mT @ x).mT], False),
        (lambda x: [x], False),
        (lambda x: [torch.zeros(3)], False),
        (lambda x: [x.exp().neg_()], False),
        (lambda x: [(x.mT @ x).neg_()], False),
    ],
)
def test_an_output_goes_into_its_row(function, written):
    prepare = program(function, rows(), roles=ROW)
    piece = torch.full_like(function(rows())[0].contiguous(), torch.nan)
    replay = prepare(piece, piece)
    for seed in (0, 1):
        (row,) = replay(rows(seed))
        assert row is piece
        assert same_bits(row, function(rows(seed))[0].contiguous())
    assert ("out=" in prepare.source) == written


def test_an_output_that_another_one_needs_is_copied_into_its_row():
    def function(x):
        z = x.mT @ x
        return [z, z[0] + 1]

    piece = torch.empty(3, 3)
    row, other = program(function, rows(), roles=ROW)(piece, piece)(rows(1))
    assert same_bits(row, function(rows(1))[0])
    assert same_bits(other, function(rows(1))[1])


def test_what_is_held_may_change_and_what_is_fixed_until_the_next_preparation():
    held, fixed = torch.ones(3, 3), torch.ones(())
    prepare = program(
        lambda w, rate, x: [x @ w.mT / (1 - rate / 2)], held, fixed, rows(),
        roles=Roles(2, frozenset({1}), None),
    )  # fmt: skip
    replay = prepare(held, fixed)
    held.mul_(3)
    assert same_bits(replay(rows())[0], rows() @ held.mT / 0.5)
    fixed.zero_()
    assert same_bits(replay(rows())[0], rows() @ held.mT / 0.5)
    assert same_bits(prepare(held, fixed)(rows())[0], rows() @ held.mT)
