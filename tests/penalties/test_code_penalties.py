"""Penalties on the code equal their closed formulas, for one encoder and under vmap."""

import numpy as np
import pytest
import torch
from torch.func import jacrev, vmap

from sklearn_deep.penalties import CodeKL, CodeL1, Contractive, Encoding
from sklearn_deep.training._plan.company import ignores_zeros

PENALTIES = [CodeL1(l1=0.3), CodeKL(rho=0.2, strength=0.7), Contractive(strength=0.4)]
N_ROWS, N_FEATURES = 9, 4


def encoder(weight):
    return lambda rows: torch.tanh(rows @ weight) / 2 + 0.5


def encoding_of(rows, weight, share):
    encode = encoder(weight)
    return Encoding(encode(rows), share, rows, encode)


@pytest.fixture
def make_encoding(normal):
    """Return a function that makes the encoding of a random encoder, with unequal sample weights."""

    def make(n_components=3, dtype=torch.float64):
        share = normal(N_ROWS, dtype=dtype).softmax(0)
        weight = normal(N_FEATURES, n_components, dtype=dtype)
        return encoding_of(normal(N_ROWS, N_FEATURES, dtype=dtype), weight, share)

    return make


@pytest.mark.parametrize("n_components", [1, 3, 32])
def test_the_l1_penalty_is_that_of_numpy(n_components, make_encoding):
    encoding = make_encoding(n_components)
    code, share = encoding.code.numpy(), encoding.share.numpy()
    expected = 0.3 * np.average(np.abs(code).sum(1), weights=share)
    assert CodeL1(l1=0.3).code_penalty(encoding).item() == pytest.approx(expected)


@pytest.mark.parametrize("n_components", [1, 3, 32, 37])
def test_the_divergence_is_that_of_numpy(n_components, make_encoding):
    encoding, rho = make_encoding(n_components), 0.2
    active = np.average(encoding.code.numpy(), axis=0, weights=encoding.share.numpy())
    divergence = rho * np.log(rho / active) + (1 - rho) * np.log((1 - rho) / (1 - active))
    penalty = CodeKL(rho=rho, strength=0.7).code_penalty(encoding)
    assert penalty.item() == pytest.approx(0.7 * divergence.sum())


def test_the_divergence_is_zero_where_the_mean_is_as_wanted():
    code = torch.tensor([[0.1, 0.2], [0.3, 0.2]], dtype=torch.float64)
    encoding = Encoding(code, torch.full((2,), 0.5, dtype=torch.float64), code, lambda rows: rows)
    assert CodeKL(rho=0.2, strength=1.0).code_penalty(encoding).item() == pytest.approx(
        0, abs=1e-12
    )


def test_a_code_outside_of_0_and_1_has_a_finite_divergence():
    code = torch.tensor([[-3.0, 0.0, 1.0, 7.0]])
    encoding = Encoding(code, torch.ones(1), code, lambda rows: rows)
    assert CodeKL().code_penalty(encoding).isfinite()


@pytest.mark.parametrize("n_components", [1, 3, 32])
def test_the_contractive_penalty_is_the_norm_of_the_jacobian(n_components, make_encoding):
    encoding = make_encoding(n_components)
    jacobians = vmap(jacrev(encoding.encode))(encoding.x)  # (n_rows, n_components, n_features)
    expected = 0.4 * (encoding.share * jacobians.square().sum((1, 2))).sum()
    torch.testing.assert_close(Contractive(strength=0.4).code_penalty(encoding), expected)


@pytest.mark.parametrize("penalty", PENALTIES, ids=lambda penalty: type(penalty).__name__)
def test_gradients_are_those_of_finite_differences(penalty, make_encoding, normal):
    encoding = make_encoding()

    def value(weight):
        return penalty.code_penalty(encoding_of(encoding.x, weight, encoding.share))

    assert torch.autograd.gradcheck(value, (normal(N_FEATURES, 3).requires_grad_(),))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("n_components", [3, 32])
@pytest.mark.parametrize(
    "penalty", [CodeL1(l1=0.3), CodeKL(rho=0.2, strength=0.7)], ids=["l1", "kl"]
)
def test_two_members_under_vmap_have_the_bits_of_each_alone(penalty, n_components, dtype, normal):
    codes = normal(2, 16, n_components, dtype=dtype).sigmoid()
    shares = normal(2, 16, dtype=dtype).softmax(1)
    numbers = {n: torch.tensor([v, v / 3], dtype=dtype) for n, v in penalty.numbers().items()}

    def call(numbers, code, share):
        encoding = Encoding(code, share, code, lambda rows: rows)
        return penalty.with_numbers(numbers).code_penalty(encoding)

    together = vmap(call)(numbers, codes, shares)
    for k in range(2):
        mine = {n: values[k] for n, values in numbers.items()}
        assert torch.equal(together[k], call(mine, codes[k], shares[k]))
    assert together.dtype == dtype


@pytest.mark.parametrize(
    ("penalty", "field"),
    [
        (CodeL1(l1=-1), "l1"),
        (CodeKL(rho=0), "rho"),
        (CodeKL(rho=1), "rho"),
        (CodeKL(strength=-1), "strength"),
        (Contractive(strength=-1), "strength"),
    ],
)
def test_a_field_out_of_range_is_named(penalty, field):
    with pytest.raises(ValueError, match=f"The '{field}' parameter of {type(penalty).__name__}"):
        penalty.check()


@pytest.mark.parametrize("plugin", PENALTIES, ids=lambda p: type(p).__name__)
def test_components_that_are_zero_change_only_penalties_that_are_not_padded(plugin, make_encoding):
    own = make_encoding()

    def encode(rows):
        return torch.nn.functional.pad(own.encode(rows), (0, 2))

    wide = own._replace(code=encode(own.x), encode=encode)
    values = plugin.code_penalty(own), plugin.code_penalty(wide)
    assert ignores_zeros(plugin) == torch.isclose(*values).item()
