"""A recorder records what a function does to tensors, or raises an error."""

import random

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils._python_dispatch import _disable_current_modes

from sklearn_deep._recording.compile import Roles, program_of
from sklearn_deep._recording.record import Unrecordable, record, same_bits
from tests._support.for_all import for_all

NONE_HELD = Roles(0, frozenset(), None)
CONSTANT = torch.tensor([1.0, 2.0, 3.0])


def rows(seed=0, dtype=torch.float32):
    return torch.randn(5, 3, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def replay_of(function, *inputs):
    return program_of(record(function, inputs)[0], NONE_HELD)()


def gradient(x):
    """Return a gradient, which autograd computes by operations."""
    leaf = x.detach().requires_grad_()
    return torch.autograd.grad((F.gelu(leaf) * leaf.sigmoid()).sum(), leaf)[0]


def gradient_of_a_function_of_its_own(x):
    class Clipped(torch.autograd.Function):
        @staticmethod
        def forward(ctx, z):
            ctx.save_for_backward(z)
            return z.clamp(-1, 1)

        @staticmethod
        def backward(ctx, gradient):
            return gradient * (1 + ctx.saved_tensors[0].abs())

    leaf = x.detach().requires_grad_()
    return torch.autograd.grad(Clipped.apply(leaf).sum(), leaf)[0]


def written_into_its_own(x):
    total = torch.zeros(3)
    for row in x:
        total += row
    return F.relu(x + total, inplace=True).clamp_(max=0.5)


def views_of_what_is_written(x):
    z = 2 * x
    first = z[0]
    z.add_(1)
    return first * z


RECORDABLE = {
    "a gradient": gradient,
    "a gradient by a function of its own": gradient_of_a_function_of_its_own,
    "numbers of Python": lambda x: torch.where(x > 0, x, 0.25 * x) ** 2 + 3 - (1 - x) / 7,
    "constants made inside": lambda x: x * torch.tensor([1.0, 2.0, 3.0]) + torch.eye(5, 3),
    "constants from outside": lambda x: x + CONSTANT * CONSTANT[1],
    "infinite and missing numbers": lambda x: x.clamp(max=float("inf")).nan_to_num(float("nan")),
    "several results": lambda x: torch.cat([*x.split([2, 3]), x.max(0, keepdim=True).values]),
    "whole numbers as index": lambda x: x[x.argmax(0)],
    "other types": lambda x: (x.double() @ x.double().mT).float() + (x > 0).sum(),
    "a loop and in-place sums": written_into_its_own,
    "views of what is written": views_of_what_is_written,
    "no gradient inside": lambda x: x - x.detach().mean(),
    "normalization": lambda x: F.layer_norm(x, (3,)) + F.softmax(x, -1),
}


@for_all("dtype", [torch.float32, torch.float64])
@for_all("name", RECORDABLE)
def test_a_recording_does_on_other_values_what_the_function_does(name, dtype):
    function = RECORDABLE[name]
    replay = replay_of(lambda x: [function(x)], rows(dtype=dtype))
    for seed in (0, 1, 2):
        x = rows(seed, dtype)
        assert same_bits(replay(x)[0], function(x))
        assert same_bits(x, rows(seed, dtype))


def normalized(x):
    return F.batch_norm(x.clone(), x[0], x[1].square(), training=True)


def unseen(x):
    with _disable_current_modes():
        part = x[1:3]
    return x + part.sum()


UNRECORDABLE = {
    "a part taken unseen": unseen,
    "item": lambda x: x * x.max().item(),
    "float": lambda x: x * float(x.max()),
    "a branch": lambda x: x if x.sum() > 0 else -x,
    "a comparison of tensors": lambda x: x * torch.equal(x, x),
    "text of a number": lambda x: x * float(f"{x.mean():.3f}"),
    "text of a tensor": lambda x: x * len(str(x)),
    "a list": lambda x: x * x.tolist()[0][0],
    "numpy": lambda x: x * float(x.detach().numpy().max()),
    "an array": lambda x: x * float(np.asarray(x.detach()).max()),
    "a copy": lambda x: x * float(np.asarray(__import__("copy").deepcopy(x.detach())).max()),
    "a mask": lambda x: x[x > 0],
    "a mask as bytes": lambda x: x[(x > 0).byte()],
    "nonzero": lambda x: x * len(x.nonzero()),
    "unique": lambda x: x * len(x.unique()),
    "dropout": lambda x: F.dropout(x, 0.3),
    "random numbers": lambda x: x + torch.rand(3),
    "random numbers in place": lambda x: x + torch.empty(3).normal_(),
    "a generator of its own": lambda x: x + torch.rand(3, generator=torch.Generator()),
    "rrelu": lambda x: F.rrelu(x, training=True),
    "an input changed": lambda x: x.mul_(2),
    "an input changed through a view": lambda x: x.view(-1)[:3].zero_() + x,
    "an input changed behind autograd": lambda x: x.data.mul_(2),
    "an input changed by an operation that does not say so": normalized,
    "a tensor from outside changed": lambda x: x + CONSTANT.add_(1),
    "a tensor made of numbers changed": lambda x: x + torch.tensor([1.0, 2.0, 3.0]).add_(x[0]),
    "another layout": lambda x: x + x.to_sparse().to_dense(),
    "a subclass": lambda x: x * nn.Buffer(torch.ones(3)).as_subclass(Other),
}


class Other(torch.Tensor):
    pass


@for_all("name", UNRECORDABLE)
def test_what_a_recording_would_not_repeat_is_refused(name):
    with pytest.raises(Unrecordable):
        record(lambda x: [UNRECORDABLE[name](x)], [rows()])


def test_a_view_of_an_input_was_there_before_too():
    with pytest.raises(Unrecordable, match="existed before"):
        record(lambda x: [x[0].mul_(1)], [rows()])


def test_a_refusal_is_not_lost_where_the_function_catches_everything():
    def hides(x):
        try:
            return [x * x.max().item()]
        except Exception:  # noqa: BLE001
            return [x]

    with pytest.raises(Unrecordable, match="returns values"):
        record(hides, [rows()])


def test_an_error_of_the_function_stays_that_error():
    with pytest.raises(ZeroDivisionError):
        record(lambda x: [x / (1 // 0)], [rows()])


def test_refused_random_numbers_are_not_drawn():
    before = torch.get_rng_state(), random.getstate()
    with pytest.raises(Unrecordable):
        record(lambda x: [F.dropout(x, 0.5)], [rows()])
    assert torch.equal(before[0], torch.get_rng_state())
    assert before[1] == random.getstate()


def test_every_random_operation_of_torch_is_known_as_random():
    from sklearn_deep._recording.record import _is_random

    names = [
        "rand",
        "randn",
        "randint",
        "randperm",
        "bernoulli",
        "normal",
        "multinomial",
        "poisson",
    ]
    names += ["uniform_", "normal_", "exponential_", "geometric_", "native_dropout", "rand_like"]
    for name in names:
        packet = getattr(torch.ops.aten, name)
        assert all(_is_random(getattr(packet, overload)) for overload in packet.overloads())


def test_bits_tell_zeros_apart_and_missing_numbers_are_equal():
    assert not same_bits(torch.tensor(0.0), torch.tensor(-0.0))
    assert same_bits(torch.tensor(float("nan")), torch.tensor(float("nan")))
    assert not same_bits(torch.zeros(2), torch.zeros(3))
    assert not same_bits(torch.zeros(2), torch.zeros(2, dtype=torch.float64))
