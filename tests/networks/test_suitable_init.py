"""The initializer that ``init="auto"`` chooses for each place of a weight matrix."""

from math import erf, exp, expm1, log1p, pi, sqrt, tanh

import pytest
import torch
from scipy.integrate import quad
from torch import nn
from torch.nn import functional as F

from sklearn_deep.activations import ELU, ActivationFacts, LeakyReLU, identity
from sklearn_deep.initializers import VarianceScaling
from sklearn_deep.networks import (
    AutoencoderArchitecture,
    Linear,
    MLPArchitecture,
    WeightMatrix,
    suitable_init,
)
from sklearn_deep.plugins import available, resolve
from tests._support.for_all import for_all

WIDTH = 24
GLOROT = VarianceScaling(scale=1.0, mode="fan_avg", distribution="uniform")
SATURATING = ["logistic", "sigmoid", "tanh"]
# Read when tests are collected, because doctests and examples that run later register more names.
REGISTERED = available("activations")
FORMULAS = {
    "elu": lambda z: z if z > 0 else expm1(z),
    "gelu": lambda z: z * (1 + erf(z / sqrt(2))) / 2,
    "identity": lambda z: z,
    "leaky_relu": lambda z: z if z > 0 else 0.01 * z,
    "logistic": lambda z: 1 / (1 + exp(-z)),
    "relu": lambda z: max(z, 0),
    "selu": lambda z: 1.0507009873554805 * (z if z > 0 else 1.6732632423543772 * expm1(z)),
    "sigmoid": lambda z: 1 / (1 + exp(-z)),
    "silu": lambda z: z / (1 + exp(-z)),
    "softplus": lambda z: log1p(exp(z)),
    "tanh": tanh,
}


def named(name):
    return resolve("activations", name, argument="activation", owner="Owner")


def hidden(activation):
    return suitable_init(WeightMatrix("hidden", (WIDTH, WIDTH), activation, False))


def output(activation):
    return suitable_init(WeightMatrix("output", (3, WIDTH), activation, True))


def fields(initializer):
    return initializer.scale, initializer.mode, initializer.distribution


def expected_square(formula):
    def weighted(z):
        return formula(z) ** 2 * exp(-z * z / 2) / sqrt(2 * pi)

    return quad(weighted, -30, 0)[0] + quad(weighted, 0, 30)[0]


def test_every_registered_activation_has_its_formula_here():
    assert sorted(FORMULAS) == REGISTERED


@pytest.mark.parametrize("name", sorted(set(FORMULAS) - set(SATURATING)))
def test_after_an_activation_the_mean_square_of_z_is_kept(name):
    scale = pytest.approx(1 / expected_square(FORMULAS[name]), rel=1e-5)
    assert fields(hidden(named(name))) == (scale, "fan_in", "normal")


@pytest.mark.parametrize(
    "activation", [*map(named, SATURATING), nn.Tanh, nn.Hardtanh, nn.Softsign(), torch.atan]
)
def test_after_an_activation_that_saturates_on_both_sides_it_is_glorots(activation):
    assert fields(hidden(activation)) == fields(GLOROT)


def test_he_is_for_relu_and_lecun_for_selu_exactly():
    assert fields(hidden(torch.relu)) == (2.0, "fan_in", "normal")
    assert fields(hidden(F.selu)) == (1.0, "fan_in", "normal")


@for_all(
    ("activation", "alike"),
    [
        (F.relu, torch.relu),
        (nn.ReLU, torch.relu),
        (nn.ReLU6(), torch.relu),
        (lambda z: z.clamp(min=0), torch.relu),
        (nn.LeakyReLU(0.3), LeakyReLU(negative_slope=0.3)),
        (nn.PReLU(WIDTH, init=0.3), LeakyReLU(negative_slope=0.3)),
        (nn.ELU(alpha=0.7), ELU(alpha=0.7)),
        (nn.GELU(), F.gelu),
        (nn.SiLU, F.silu),
        (nn.Softplus(), F.softplus),
        (nn.SELU(), torch.selu),
        (nn.Identity, identity),
    ],
)
def test_modules_and_functions_have_the_initializer_of_what_they_compute(activation, alike):
    assert hidden(activation).scale == pytest.approx(hidden(alike).scale, rel=1e-4)
    assert output(activation).scale == pytest.approx(output(alike).scale, rel=1e-4)


@pytest.mark.parametrize("slope", [0.0, 0.1, 0.3, 1.0])
def test_a_slope_below_zero_counts(slope):
    assert hidden(LeakyReLU(negative_slope=slope)).scale == pytest.approx(2 / (1 + slope**2))


def test_outputs_have_one_variance_after_every_activation():
    scales = {n: output(named(n)).scale * expected_square(f) for n, f in FORMULAS.items()}
    inputs = suitable_init(WeightMatrix("output", (3, WIDTH), None, True)).scale
    assert scales == pytest.approx(dict.fromkeys(FORMULAS, inputs), rel=1e-5)
    assert 0 < inputs < 1


def test_the_first_matrix_does_not_depend_on_the_activation():
    architectures = (MLPArchitecture((5, 8, 8, 3), a) for a in map(named, FORMULAS))
    firsts = {fields(suitable_init(a.matrices[0])) for a in architectures}
    assert len(firsts) == 1


@pytest.mark.parametrize(
    ("n_out", "n_in", "variance"), [(100, 784, 1 / 784), (50, 50, 1 / 50), (240, 10, 2 / 250)]
)
def test_the_first_matrix_keeps_the_inputs_or_has_glorots_smaller_variance(n_out, n_in, variance):
    first = suitable_init(WeightMatrix("hidden", (n_out, n_in), None, False))
    assert first.scale / n_in == pytest.approx(variance)
    assert first.mode == "fan_in"


@pytest.mark.parametrize("function", [torch.log1p, lambda z: 0 * z, lambda z: torch.exp(z**4)])
def test_functions_whose_size_cannot_be_kept_have_a_usual_scale(function):
    assert hidden(function).scale == 1.0
    assert output(function).scale > 0


def test_noise_inside_a_module_moves_no_generator_and_does_not_count():
    before = torch.get_rng_state()
    assert fields(hidden(nn.Sequential(nn.ReLU(), nn.Dropout(0.5)))) == fields(hidden(nn.ReLU()))
    assert torch.equal(torch.get_rng_state(), before)


MLPS = [MLPArchitecture(sizes, torch.relu) for sizes in [(4, 3), (4, 8, 3), (4, 8, 7, 3)]]
AUTOENCODERS = [
    AutoencoderArchitecture(
        encoder, encoder[::-1], torch.relu, torch.tanh, torch.sigmoid, head, head_input, tied
    )
    for encoder in [(6, 2), (6, 5, 2), (6, 5, 4, 2)]
    for head, head_input in [((), "code"), ((7, 3), "code"), ((3,), "reconstruction")]
    for tied in [False, True]
]


@for_all("architecture", [*MLPS, *AUTOENCODERS])
def test_matrices_are_those_of_the_network_in_its_order(architecture):
    linears = [m for m in architecture.build().modules() if isinstance(m, Linear)]
    assert [m.shape for m in architecture.matrices] == [tuple(m.weight.shape) for m in linears]


@for_all("architecture", [*MLPS, *AUTOENCODERS])
def test_only_the_first_matrix_multiplies_the_inputs(architecture):
    assert [m.multiplies is None for m in architecture.matrices].index(True) == 0
    assert sum(m.multiplies is None for m in architecture.matrices) == 1


@pytest.mark.parametrize(
    ("head", "head_input", "tied", "expected"),
    [
        ((), "code", False, "x>r r>c c>r r>o"),
        ((), "code", True, "x>r r>c"),
        ((7, 3), "code", False, "x>r r>c c>r r>o c>r r>o"),
        ((7, 3), "code", True, "x>r r>c c>r r>o"),
        ((7, 3), "reconstruction", False, "x>r r>c x̂>r r>o c>r r>x̂"),
    ],
)
def test_what_each_matrix_of_an_autoencoder_multiplies(head, head_input, tied, expected):
    architecture = AutoencoderArchitecture(
        (6, 5, 2), (2, 5, 6), torch.relu, torch.tanh, torch.sigmoid, head, head_input, tied
    )
    letter = {None: "x", torch.relu: "r", torch.tanh: "c", torch.sigmoid: "x̂"}
    found = [(letter[m.multiplies], m.makes_output) for m in architecture.matrices]
    told = [(one.split(">")[0], one.endswith("o")) for one in expected.split()]
    assert found == told


def test_a_function_that_returns_another_type_is_judged_by_its_values():
    function = lambda z: torch.relu(z.float())  # noqa: E731
    assert ActivationFacts(function).mean_square == 0.5
