"""Laws that hold for every formula: one network or many, eager or recorded, in both dtypes."""

import torch
from torch.func import vmap
from torch.fx.experimental.proxy_tensor import make_fx

from sklearn_deep.plugins import Plugin
from tests._support.for_all import for_all
from tests._support.plugins.tables import TABLES

N_ROWS, WIDTH = 16, 6  # 96 elements: whole vectors of 32, like batches of training


def effect(penalty, weight):
    """Return the effect of a penalty: the term of the loss, or the projected weights."""
    return penalty.project(weight) if penalty.projects else penalty.penalty(weight)


CALLS = {
    "activations": lambda plugin, z, _: plugin(z),
    "losses": lambda plugin, output, target: plugin.rows(output, target),
    "noise": lambda plugin, signal, draw: plugin.apply(signal, draw),
    "penalties": lambda plugin, weight, _: effect(plugin, weight),
}
# Penalties on the code need an encoder and have their own laws.
FORMULAS = [
    (family, name)
    for family in CALLS
    for name, plugin in TABLES[family].items()
    if getattr(plugin, "on", None) != "code"
]
DIFFERENTIABLE = [(family, name) for family, name in FORMULAS if family != "noise"]
NUMBERED = [
    (family, name)
    for family, name in FORMULAS
    if isinstance(TABLES[family][name], Plugin) and TABLES[family][name].numbers()
]
DTYPES = [torch.float32, torch.float64]


def tensors(family, name, dtype, *lead):
    """Return a signal on both sides of zero, and a target or a block of uniform numbers."""
    generator = torch.Generator().manual_seed(3)
    signal = torch.randn(*lead, N_ROWS, WIDTH, generator=generator, dtype=dtype)
    other = torch.rand(*lead, N_ROWS, WIDTH, generator=generator, dtype=dtype)
    if name == "focal":  # because its table entry has one softmax over the outputs
        other = other / other.sum(-1, keepdim=True)
    return signal, other


def two_values(plugin, dtype):
    """Return each number of the plug-in together with another value, ``(2,)``."""
    if not isinstance(plugin, Plugin):
        return {}
    return {n: torch.tensor([v, v / 3], dtype=dtype) for n, v in plugin.numbers().items()}


def formula(family, name):
    """Return the formula as a function of its numbers and two tensors."""
    plugin = TABLES[family][name]

    def call(numbers, first, second):
        held = plugin.with_numbers(numbers) if numbers else plugin
        return CALLS[family](held, first, second)

    return call


@for_all("dtype", DTYPES)
@for_all(("family", "name"), FORMULAS)
def test_two_members_under_vmap_have_the_bits_of_each_alone(family, name, dtype):
    call, numbers = formula(family, name), two_values(TABLES[family][name], dtype)
    first, second = tensors(family, name, dtype, 2)
    together = vmap(call)(numbers, first, second)
    for k in range(2):
        mine = {n: values[k] for n, values in numbers.items()}
        assert torch.equal(together[k], call(mine, first[k], second[k]))


@for_all(("family", "name"), NUMBERED)
def test_different_numbers_give_different_results(family, name):
    numbers = two_values(TABLES[family][name], torch.float64)
    pair = tensors(family, name, torch.float64)
    results = vmap(formula(family, name), in_dims=(0, None, None))(numbers, *pair)
    assert not torch.equal(results[0], results[1])


@for_all("dtype", DTYPES)
@for_all(("family", "name"), FORMULAS)
def test_a_recording_made_on_ones_replays_on_other_values(family, name, dtype):
    call, numbers = formula(family, name), two_values(TABLES[family][name], dtype)
    values = (numbers, *tensors(family, name, dtype, 2))
    ones = ({n: torch.ones_like(v) for n, v in numbers.items()}, *map(torch.ones_like, values[1:]))
    recording = make_fx(vmap(call))(*ones)
    assert torch.equal(recording(*values), vmap(call)(*values))


@for_all("dtype", DTYPES)
@for_all(("family", "name"), FORMULAS)
def test_the_float_type_of_the_signal_is_kept(family, name, dtype):
    first, second = tensors(family, name, dtype)
    numbers = {n: v[0] for n, v in two_values(TABLES[family][name], dtype).items()}
    assert formula(family, name)({}, first, second).dtype == dtype
    assert formula(family, name)(numbers, first, second).dtype == dtype


@for_all(("family", "name"), DIFFERENTIABLE)
def test_gradients_are_those_of_finite_differences(family, name):
    first, second = tensors(family, name, torch.float64)
    numbers = {n: v[0] for n, v in two_values(TABLES[family][name], torch.float64).items()}
    for distance in (first, first - second):  # so that no difference contains a kink
        assert distance.abs().min() > 1e-4
    first.requires_grad_()
    call = formula(family, name)
    assert torch.autograd.gradcheck(lambda z: call(numbers, z, second), (first,))


@for_all("name", TABLES["activations"])
def test_gradients_of_activations_are_finite_far_out(name):
    z = torch.tensor([-1000.0, -100.0, 0.0, 100.0, 1000.0], requires_grad=True)
    formula("activations", name)({}, z, None).sum().backward()
    assert z.grad.isfinite().all()
