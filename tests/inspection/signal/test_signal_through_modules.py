"""Measurements in any module, compared with forward and backward passes by hand."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from sklearn_deep.inspection import signal_propagation
from sklearn_deep.inspection._signal.source import normal_direction
from tests._support.small_modules import Functional, Repeated, Residual, TwoHeads

X = torch.randn(50, 4, generator=torch.Generator().manual_seed(0))
Y = torch.arange(50) % 3


@pytest.fixture(autouse=True)
def _weights_repeat():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        yield


def mean_square(values):
    return pytest.approx(values.detach().double().square().mean().item(), rel=1e-5)


def test_z_and_h_are_those_of_a_pass_by_hand():
    net = Functional()
    report = signal_propagation(net, X)
    z = net.first(X)
    assert report.layers == ("first", "last")
    assert report.mean_square_z[0] == mean_square(z)
    assert report.mean_square_h[0] == mean_square(F.relu(z))
    assert report.mean_square_z[1] == report.mean_square_h[1] == mean_square(net(X))
    assert report.weight_norm[0] == pytest.approx(net.first.weight.norm().item())
    assert report.mean_square_x == mean_square(X)
    np.testing.assert_array_equal(report.is_hidden, [True, False])


@pytest.mark.parametrize(
    ("y", "cost"),
    [
        (None, normal_direction),
        (Y, lambda out: F.cross_entropy(out, Y, reduction="sum")),
        (X[:, :3], lambda out: (out - X[:, :3]).square().sum() / 2),
    ],
    ids=["no y", "classes", "numbers"],
)
def test_gradients_are_those_of_autograd_by_hand(y, cost):
    net = Functional(torch.tanh)
    report = signal_propagation(net, X, y)
    z = net.first(X)
    out = net.last(torch.tanh(z))
    at_z, at_out = torch.autograd.grad(cost(out), [z, out])
    assert report.mean_square_gradient == pytest.approx(
        [at_z.square().mean().item(), at_out.square().mean().item()], rel=1e-5
    )
    assert report.backward_ratio[0] == pytest.approx(
        report.mean_square_gradient[0] / report.mean_square_gradient[1]
    )
    assert np.isnan(report.backward_ratio[1])
    assert np.isnan(report.forward_ratio[0])


def test_without_y_the_gradient_of_the_outputs_is_unit_normal():
    report = signal_propagation(nn.Linear(4, 200), X)
    assert report.layers == ("Linear",)
    assert report.mean_square_gradient[0] == pytest.approx(1, abs=0.05)


def test_a_layer_that_is_called_twice_has_a_line_for_each_call():
    net = Repeated()
    report = signal_propagation(net, X)
    first = net.fc(X)
    second = net.fc(torch.tanh(first))
    assert report.layers == ("fc", "fc#2", "fc#3")
    assert report.mean_square_z[1] == mean_square(second)
    assert report.mean_square_h[1] == mean_square(torch.tanh(second))
    np.testing.assert_array_equal(report.is_hidden, [True, True, False])


def test_h_is_the_first_input_that_comes_from_the_layer():
    net = Residual()
    report = signal_propagation(net, X)
    z = net.a(X)
    assert report.layers == ("a", "b", "c")
    # b receives z, and c receives both sums.
    assert report.mean_square_h[0] == mean_square(z)
    assert report.mean_square_h[1] == mean_square(torch.tanh(z) + torch.relu(net.b(z)))


def test_heads_are_told_apart_by_what_comes_from_them():
    net = TwoHeads()
    report = signal_propagation(net, X)
    code = torch.relu(net.code(X))
    assert report.layers == ("code", "left", "right")
    assert report.mean_square_h[0] == mean_square(code)
    assert report.mean_square_h[1] == mean_square(torch.sigmoid(net.left(code)))
    assert report.mean_square_h[2] == mean_square(net.right(code))
    np.testing.assert_array_equal(report.is_hidden, [True, False, False])


@pytest.mark.parametrize("activation", [nn.ReLU(inplace=True), nn.ReLU()])
def test_an_activation_in_place_leaves_z_alone(activation):
    net = nn.Sequential(nn.Linear(4, 6), activation, nn.Linear(6, 1))
    report = signal_propagation(net, X)
    assert report.mean_square_z[0] == mean_square(net[0](X))
    assert report.mean_square_h[0] < report.mean_square_z[0]


def test_convolutions_are_layers_and_channels_their_units():
    net = nn.Sequential(
        nn.Conv2d(1, 3, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(27, 2)
    )
    with torch.no_grad():
        net[0].bias[1] = -100
    images = torch.randn(20, 1, 8, 8)
    report = signal_propagation(net, images)
    assert report.layers == ("0", "4")
    assert report.dead_share[0] == pytest.approx(1 / 3)
    assert report.mean_square_h[0] == mean_square(net[:4](images))


def test_dead_and_saturated_units_are_counted():
    net = Functional()
    with torch.no_grad():
        net.first.bias[:2] = -100
    assert signal_propagation(net, X).dead_share[0] == pytest.approx(2 / 6)

    for function, low in ((torch.tanh, -0.99), (torch.sigmoid, 0.01)):
        net = Functional(function)
        with torch.no_grad():
            net.first.weight.mul_(20)
        h = function(net.first(X))
        share = ((h > 0.99) | (h < low)).double().mean().item()
        report = signal_propagation(net, X)
        assert 0.1 < report.saturated_share[0] == pytest.approx(share)
        assert report.dead_share[0] == 0


def test_leaky_relu_has_no_dead_units_and_relu_no_saturated_ones():
    net = Functional(F.leaky_relu)
    with torch.no_grad():
        net.first.bias[:2] = -100
    report = signal_propagation(net, X)
    assert report.dead_share[0] == report.saturated_share[0] == 0


def test_a_dead_unit_is_seen_through_what_normalizes_it():
    net = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.LayerNorm(6), nn.Linear(6, 1))
    with torch.no_grad():
        net[0].bias[:3] = -100
    assert signal_propagation(net, X).dead_share[0] == pytest.approx(0.5)


def test_nothing_of_a_module_is_changed():
    net = nn.Sequential(
        nn.Linear(4, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Dropout(), nn.Linear(6, 1)
    )
    net[3].eval()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    state = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    report = signal_propagation(net, X)
    assert [m.training for m in net.children()] == [True, True, True, False, True]
    assert all(torch.equal(before[name], value) for name, value in net.state_dict().items())
    assert all(p.grad is None for p in net.parameters())
    assert not X.requires_grad
    assert not net[0]._forward_hooks
    np.testing.assert_array_equal(state[0], torch.get_rng_state())
    np.testing.assert_array_equal(state[1], np.random.get_state()[1])  # noqa: NPY002
    assert repr(report) == repr(signal_propagation(net, X))


def test_hooks_go_where_the_forward_pass_raises():
    net = Functional(lambda z: z[:, :2])
    with pytest.raises(RuntimeError, match="shapes"):
        signal_propagation(net, X)
    assert not net.first._forward_hooks
    assert net.training


def test_batch_statistics_are_those_of_the_rows_at_init_and_the_running_ones_when_fitted():
    net = nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.Linear(6, 1))
    scaled = signal_propagation(net, 100 * X)
    assert scaled.mean_square_h[0] == pytest.approx(1, rel=1e-3)
    fitted = signal_propagation(net, 100 * X, at="fitted")
    assert fitted.mean_square_h[0] == pytest.approx(fitted.mean_square_z[0], rel=1e-3)


def test_frozen_parameters_and_numpy_rows_do():
    net = Functional().requires_grad_(False)
    report = signal_propagation(net, X.double().numpy())
    assert report.mean_square_gradient.min() > 0


@pytest.mark.parametrize("switched_off", [torch.no_grad, torch.inference_mode])
def test_gradients_are_had_where_the_caller_switched_them_off(switched_off):
    net = Functional()
    expected = signal_propagation(net, X).mean_square_gradient
    with switched_off():
        found = signal_propagation(net, X)
    np.testing.assert_array_equal(found.mean_square_gradient, expected)


def test_one_hidden_layer_has_no_rate():
    report = signal_propagation(Functional(), X)
    assert np.isnan(report.forward_rate)
    assert repr(report).startswith("Forward: healthy (fewer than two hidden layers)")


def test_a_layer_that_no_output_depends_on_has_no_gradient():
    class Idle(Functional):
        def forward(self, x):
            self.first(x)
            return self.last(torch.cat([x, x[:, :2]], 1))

    report = signal_propagation(Idle(), X)
    assert np.isnan(report.mean_square_gradient[0])
    assert report.layers == ("first", "last")


def test_embeddings_are_no_layers_and_whole_numbers_stay():
    net = nn.Sequential(nn.Embedding(5, 4), nn.Flatten(), nn.Linear(8, 2))
    assert signal_propagation(net, torch.arange(20).reshape(10, 2) % 5).layers == ("2",)


@pytest.mark.parametrize(
    ("thing", "error", "words"),
    [
        (nn.ReLU(), ValueError, "no call of a layer with weights in ReLU"),
        (nn.LazyLinear(3), ValueError, "lazy layers. Call the module"),
        ("net", TypeError, "got str.*best_estimator_.*module_"),
    ],
)
def test_what_is_no_network_is_refused(thing, error, words):
    with pytest.raises(error, match=words):
        signal_propagation(thing, X)


def test_an_unknown_place_is_refused():
    with pytest.raises(ValueError, match="'init' or 'fitted', got 'start'"):
        signal_propagation(Functional(), X, at="start")
