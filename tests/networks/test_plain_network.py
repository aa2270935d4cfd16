"""A plain network equals the trained one in evaluation mode, with torch's own layers."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from sklearn_deep.activations import ELU, LeakyReLU
from sklearn_deep.networks import AutoencoderArchitecture, MLPArchitecture, plain_network
from sklearn_deep.noise import Dropout, GaussianNoise
from sklearn_deep.plugins import available, resolve
from tests._support.for_all import for_all

NOISE = {
    "input_noise.0": GaussianNoise(std=3.0),
    "dropout.0": Dropout(rate=0.1),
    "weight_noise.0": GaussianNoise(std=3.0),
    "hidden_noise.1": GaussianNoise(std=3.0),
    "dropout.1": Dropout(rate=0.5),
}
RELU = {"activation": torch.relu, "code_activation": torch.tanh, "output_activation": torch.sigmoid}
ARCHITECTURES = {
    "mlp": MLPArchitecture((3, 6, 5, 2), torch.relu),
    "batch norm": MLPArchitecture((3, 6, 2), torch.relu, "batch"),
    "layer norm": MLPArchitecture((3, 6, 2), torch.relu, "layer"),
    "no hidden layer": MLPArchitecture((3, 2), torch.relu),
    "float64": MLPArchitecture((3, 6, 2), torch.relu, "batch", torch.float64),
    "autoencoder": AutoencoderArchitecture((3, 5, 2), (2, 4, 3), **RELU, normalization="batch"),
    "tied": AutoencoderArchitecture((3, 5, 2), (2, 5, 3), **RELU, tied=True),
    "joint": AutoencoderArchitecture((3, 5, 2), (2, 5, 3), **RELU, head_sizes=(4, 2)),
    "tied joint": AutoencoderArchitecture(
        (3, 5, 2), (2, 5, 3), **RELU, tied=True, head_sizes=(2,), head_input="reconstruction"
    ),
}
EACH = pytest.mark.parametrize("architecture", ARCHITECTURES.values(), ids=ARCHITECTURES)


@pytest.fixture
def trained(fill):
    """Return a function that builds a network with random weights and statistics."""

    def build(architecture, noise=NOISE):
        network = fill(architecture.build(noise)).eval()
        for name, buffer in network.named_buffers():
            if "running" in name:
                buffer.uniform_(0.5, 2)
        return network

    return build


def flat(output):
    return output if isinstance(output, tuple) else (output,)


@EACH
def test_it_computes_what_the_trained_network_does(architecture, trained, normal):
    network = trained(architecture)
    plain, x = plain_network(network), normal(9, 3).to(architecture.dtype)
    torch.testing.assert_close(flat(plain(x)), flat(network(x)))
    if isinstance(architecture, AutoencoderArchitecture):
        torch.testing.assert_close(plain.encode(x), network.encode(x))
        torch.testing.assert_close(plain.decode(x[:, :2]), network.decode(x[:, :2]))
        assert plain.n_components == 2


@EACH
def test_its_layers_are_torchs_own(architecture, trained):
    plain = plain_network(trained(architecture))
    foreign = {type(m).__name__ for m in plain.modules() if "torch.nn" not in type(m).__module__}
    assert foreign <= {"PlainAutoencoder", "TransposedLinear"}
    assert not any(module.training for module in plain.modules())
    assert ("TransposedLinear" in foreign) == getattr(architecture, "tied", False)


def test_its_layers_have_their_names_and_noise_other_than_dropout_is_gone(trained):
    plain = plain_network(trained(ARCHITECTURES["batch norm"]))
    assert plain.dropout.p == 0.1
    block = plain.hidden[0]
    kinds = [nn.Linear, nn.BatchNorm1d, nn.ReLU, nn.Dropout]
    names = ["linear", "normalization", "activation", "dropout"]
    assert [type(getattr(block, name)) for name in names] == kinds
    assert [name for name, _ in block.named_children()] == names
    assert block.dropout.p == 0.5
    assert isinstance(plain.output, nn.Linear)
    without = plain_network(trained(ARCHITECTURES["mlp"], {}))
    assert without.hidden[0].normalization is None
    assert not any(isinstance(module, nn.Dropout) for module in without.modules())


def test_silent_dropout_of_a_population_leaves_no_layer(trained):
    plain = plain_network(trained(ARCHITECTURES["mlp"], {"dropout.1": Dropout.silent()}))
    assert not any(isinstance(module, nn.Dropout) for module in plain.modules())


@EACH
def test_it_shares_the_memory_of_the_weights(architecture, trained, normal):
    network = trained(architecture)
    plain, x = plain_network(network), normal(9, 3).to(architecture.dtype)
    with torch.no_grad():
        for parameter in plain.parameters():
            parameter.mul_(1.5)
    torch.testing.assert_close(flat(plain(x)), flat(network(x)))
    pairs = zip(plain.named_parameters(), network.named_parameters(), strict=True)
    assert all(a == b and p is not q and torch.equal(p, q) for (a, p), (b, q) in pairs)


@EACH
def test_each_loads_the_weights_of_the_other(architecture, trained):
    one, other = trained(architecture), trained(architecture)
    saved = plain_network(one).state_dict()
    other.load_state_dict(saved)
    plain_network(trained(architecture)).load_state_dict(one.state_dict())
    assert all(torch.equal(value, saved[name]) for name, value in other.state_dict().items())


@for_all("name", available("activations"))
def test_every_activation_that_has_a_name_is_a_layer_of_torch(name, trained, normal):
    activation = resolve("activations", name, argument="activation", owner="")
    network = trained(MLPArchitecture((3, 6, 2), activation, None, torch.float64))
    plain, x = plain_network(network), 3 * normal(50, 3)
    assert "torch.nn" in type(plain.hidden[0].activation).__module__
    torch.testing.assert_close(plain(x), network(x), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("activation", "kind"),
    [
        (LeakyReLU(negative_slope=0.3), nn.LeakyReLU),
        (ELU(alpha=0.4), nn.ELU),
        (F.mish, nn.Mish),
        (F.hardtanh, nn.Hardtanh),
        (torch.celu, nn.CELU),
        (nn.Softsign, nn.Softsign),
        (nn.PReLU(6, dtype=torch.float64), nn.PReLU),
        (nn.Sequential(nn.ReLU(), nn.Tanh()), nn.Sequential),
    ],
    ids=range(8),
)
def test_so_is_every_other_that_torch_has(activation, kind, trained, normal):
    network = trained(MLPArchitecture((3, 6, 2), activation, None, torch.float64))
    plain, x = plain_network(network), 3 * normal(50, 3)
    assert type(plain.hidden[0].activation) is kind
    torch.testing.assert_close(plain(x), network(x), rtol=1e-12, atol=1e-12)


class Shifted(LeakyReLU):
    """A plug-in with another formula."""

    def __call__(self, z):
        return super().__call__(z - 1)


@pytest.mark.parametrize("activation", [torch.cos, Shifted(negative_slope=0.2)], ids=["cos", "own"])
def test_any_other_function_or_plug_in_is_a_small_layer(activation, trained, normal):
    network = trained(MLPArchitecture((3, 6, 2), activation, None, torch.float64))
    plain, x = plain_network(network), normal(9, 3)
    torch.testing.assert_close(plain(x), network(x))
    assert type(plain.hidden[0].activation).__name__ == "FunctionLayer"


def test_every_function_in_the_table_is_that_of_its_layer(normal):
    from sklearn_deep.activations._facts import KNOWN_FUNCTIONS

    z = 4 * normal(200)
    for known in KNOWN_FUNCTIONS:
        for function in known.functions:
            torch.testing.assert_close(known.layer()(z), function(z))


def test_a_final_layer_follows_the_outputs_and_no_reconstruction(trained, normal):
    final, x = nn.Softplus(), normal(9, 3).float()
    for name in ("mlp", "joint"):
        network = trained(ARCHITECTURES[name])
        (before, *rest), (after, *same) = (
            flat(plain_network(network, last)(x)) for last in (None, final)
        )
        torch.testing.assert_close(after, final(before))
        torch.testing.assert_close(same, rest)


def test_a_link_follows_reconstructions_and_a_head_sees_what_was_before(trained, normal):
    link, x = nn.Sigmoid(), normal(9, 3).float()
    network = trained(ARCHITECTURES["tied joint"])
    (outputs, before), (same, after) = (
        plain_network(network, link=last)(x) for last in (None, link)
    )
    torch.testing.assert_close(after, link(before))
    assert torch.equal(same, outputs)
    decoded = plain_network(network, link=link).decode(x[:, :2])
    torch.testing.assert_close(decoded, link(network.decode(x[:, :2])))


def test_making_one_draws_nothing(trained):
    network, state = trained(ARCHITECTURES["tied joint"]), torch.get_rng_state()
    plain_network(network)
    assert torch.equal(torch.get_rng_state(), state)
