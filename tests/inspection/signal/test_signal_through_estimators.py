"""Measurements in the estimators: in their initial and their trained networks."""

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deep import AutoencoderTransformer, JointAEClassifier, MLPClassifier, MLPRegressor
from sklearn_deep.estimators import begin_fit
from sklearn_deep.initializers import VarianceScaling
from sklearn_deep.inspection import signal_propagation
from sklearn_deep.inspection._common.suitable_weights import suits
from tests._support.for_all import for_all

X, Y = load_iris(return_X_y=True)
NET = MLPClassifier((8, 6), dropout=0.5, hidden_noise=0.3, max_epochs=3, random_state=0)


def fresh(net, X=X, y=Y):
    plan = begin_fit(clone(net), X, y).plan
    return plan, plan.build({})


def test_at_init_the_network_is_the_one_a_fit_starts_from():
    report = signal_propagation(NET, X, Y)
    _, network = fresh(NET)
    rows = torch.tensor(X, dtype=torch.float32)
    first = network.hidden[0].linear(rows)
    assert report.layers == ("hidden.0.linear", "hidden.1.linear", "output")
    assert report.mean_square_z[0] == pytest.approx(first.square().mean().item())
    assert report.mean_square_z[2] == pytest.approx(network(rows).square().mean().item())
    assert not hasattr(NET, "net_")


def test_the_gradient_is_that_of_each_rows_loss():
    report = signal_propagation(NET, X, Y)
    _, network = fresh(NET)
    out = network(torch.tensor(X, dtype=torch.float32))
    cost = torch.nn.functional.cross_entropy(out, torch.tensor(Y), reduction="sum")
    (gradient,) = torch.autograd.grad(cost, out)
    assert report.mean_square_gradient[2] == pytest.approx(gradient.square().mean().item())


def test_fitted_is_the_trained_network():
    net = MLPClassifier((8, 6), max_epochs=3, random_state=0).fit(X, Y)
    report = signal_propagation(net, X, at="fitted")
    out = net.module_(torch.tensor(X, dtype=torch.float32))
    assert report.mean_square_z[2] == pytest.approx(out.square().mean().item())
    with_loss = signal_propagation(net, X, Y, at="fitted")
    np.testing.assert_allclose(with_loss.mean_square_z, report.mean_square_z)
    cost = torch.nn.functional.cross_entropy(out, torch.tensor(Y), reduction="sum")
    (gradient,) = torch.autograd.grad(cost, out)
    assert with_loss.mean_square_gradient[2] == pytest.approx(gradient.square().mean().item())
    assert signal_propagation(net, X, Y).mean_square_z[2] != report.mean_square_z[2]


def test_no_generator_moves_and_the_next_fit_starts_from_what_was_seen():
    net = MLPClassifier((8,), max_epochs=1, learning_rate=1e-12)
    torch_state, state = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    report = signal_propagation(make_pipeline(PCA(2), net), X, Y)
    np.testing.assert_array_equal(state, np.random.get_state()[1])  # noqa: NPY002
    assert torch.equal(torch_state, torch.get_rng_state())
    norm = make_pipeline(PCA(2), net).fit(X, Y)[-1].module_.output.weight.norm().item()
    assert report.weight_norm[1] == pytest.approx(norm, rel=1e-4)


def test_a_random_state_of_the_users_stays():
    state = np.random.RandomState(3)
    before = state.get_state()[1].copy()
    signal_propagation(MLPClassifier((4,), random_state=state), X, Y)
    np.testing.assert_array_equal(before, state.get_state()[1])


def test_rows_pass_the_steps_of_a_pipeline():
    scaler = StandardScaler()
    pipeline = Pipeline([("scale", scaler), ("mlp", clone(NET))])
    report = signal_propagation(pipeline, X, Y)
    assert not hasattr(scaler, "mean_")
    assert report.mean_square_x == pytest.approx(1)
    expected = signal_propagation(NET, StandardScaler().fit_transform(X), Y)
    np.testing.assert_allclose(report.mean_square_z, expected.mean_square_z)
    pipeline = pipeline.fit(X, Y)
    moved = signal_propagation(pipeline, X + 5, at="fitted")
    assert moved.mean_square_x > 10
    assert signal_propagation(Pipeline([("mlp", NET)]), X, Y).mean_square_x > 10
    nested = Pipeline([("scale", StandardScaler()), ("rest", Pipeline([("mlp", NET)]))])
    assert signal_propagation(nested, X, Y).mean_square_x == pytest.approx(1)


@pytest.mark.parametrize(
    "net",
    [
        MLPRegressor((6,), random_state=0),
        MLPClassifier((6,), early_stopping=True, dtype="float64", random_state=0),
        JointAEClassifier(3, encoder_layer_sizes=(6,), unlabeled_value=2, random_state=0),
        JointAEClassifier(3, head_input="reconstruction", tied_weights=True, random_state=0),
        AutoencoderTransformer(3, encoder_layer_sizes=(6,), tied_weights=True, random_state=0),
    ],
    ids=lambda net: type(net).__name__,
)
def test_every_network_can_be_looked_into_before_and_after_its_fit(net):
    for at in ("init", "fitted"):
        report = signal_propagation(net.set_params(max_epochs=2), X, Y, at=at)
        assert (report.mean_square_z > 0).all()
        assert (report.mean_square_gradient > 0).all()
        assert (report.weight_norm > 0).all()
        net.fit(X, Y)


def test_an_autoencoder_needs_no_y_and_counts_tied_layers():
    net = AutoencoderTransformer(3, encoder_layer_sizes=(6,), tied_weights=True, random_state=0)
    report = signal_propagation(net, X)
    assert report.layers == (
        "hidden.0.linear",
        "hidden.1.linear",
        "decoder.0.linear",
        "decoder.1.linear",
    )
    assert report.weight_norm[0] == report.weight_norm[3]


def test_rows_without_label_pull_at_the_reconstruction_alone():
    joint = JointAEClassifier(3, beta=1.0, unlabeled_value=2, random_state=0)
    report = signal_propagation(joint, X, Y)
    by_name = dict(zip(report.layers, report.mean_square_gradient, strict=True))
    assert by_name["decoder.0.linear"] == 0
    assert by_name["output"] > 0


def test_batches_are_normalized_at_init_as_in_training():
    net = MLPClassifier((8,) * 8, activation="logistic", normalization="batch", random_state=0)
    report = signal_propagation(net, X, Y)
    plain = signal_propagation(net.set_params(normalization=None), X, Y)
    assert report.backward_rate > 3 * plain.backward_rate


def test_advice_names_parameters_behind_the_prefix():
    deep = MLPClassifier((16,) * 9, activation="logistic", init="normal", random_state=0)
    report = signal_propagation(Pipeline([("scale", StandardScaler()), ("mlp", deep)]), X, Y)
    assert (report.forward_verdict, report.backward_verdict) == ("healthy", "vanishing")
    assert {a.code for a in report.advice} == {"SP103"}
    settings = {name: value for a in report.advice for name, value in a.settings.items()}
    assert settings == {
        "mlp__init": "auto",
        "mlp__activation": "relu",
        "mlp__normalization": "layer",
    }


@pytest.mark.parametrize(
    ("params", "rows", "code", "setting"),
    [
        ({"init": "lecun_normal", "hidden_layer_sizes": (16,) * 12}, X, "SP101", {"init": "auto"}),
        ({}, 1000 * X, "SP107", {}),
        ({"activation": "tanh"}, 1000 * X, "SP106", {"normalization": "layer"}),
        ({"init": "zeros"}, X, "SP105", {"activation": "leaky_relu"}),
    ],
)
def test_each_finding_has_its_advice(params, rows, code, setting):
    net = MLPClassifier((16, 16), random_state=0).set_params(**params)
    found = [(a.code, a.settings) for a in signal_propagation(net, rows, Y).advice]
    assert (code, setting) in found


@for_all(
    ("init", "activation", "expected"),
    [
        ("auto", "gelu", True),
        ("he_uniform", "relu", True),
        (VarianceScaling(scale=2.2), "relu", True),
        ("he_normal", "silu", True),
        ("lecun_normal", "relu", False),
        ("he_normal", "tanh", False),
        ("lecun_normal", "tanh", True),
        ("glorot_uniform", "selu", True),
        ("orthogonal", "identity", True),
        ("orthogonal", "relu", False),
        ("normal", "relu", False),
        (["auto", "auto"], "relu", None),
        (torch.ones, "relu", None),
    ],
)
def test_weights_suit_an_activation_whose_signal_they_keep_between_hidden_layers(
    init, activation, expected
):
    assert suits(init, activation) is expected


@pytest.mark.parametrize("init", [["he_normal", *["lecun_normal"] * 12], VarianceScaling()])
def test_weights_that_lose_the_signal_are_advised_to_be_auto(init):
    net = MLPClassifier((16,) * 12, init=init, random_state=0)
    found = [a.settings for a in signal_propagation(net, X, Y).advice if a.code == "SP101"]
    assert {"init": "auto"} in found


def test_weights_that_grow_are_an_explosion_with_its_advice():
    def wide(fan_out, fan_in, generator):
        return torch.randn(fan_out, fan_in, generator=generator)

    report = signal_propagation(MLPClassifier((32,) * 6, init=wide, random_state=0), X, Y)
    assert {"SP102"} <= {a.code for a in report.advice}
    net = MLPClassifier((32,) * 6, init=wide, random_state=0)
    bare = signal_propagation(begin_fit(net, X, Y).plan.build({}), X)
    assert [a.code for a in bare.advice][:2] == ["SP102", "SP104"]
    assert not any(a.settings for a in bare.advice)


def test_a_healthy_network_gets_no_advice():
    net = make_pipeline(StandardScaler(), MLPClassifier((64, 64), random_state=0))
    report = signal_propagation(net, X, Y)
    assert (report.forward_verdict, report.backward_verdict) == ("healthy", "healthy")
    assert report.advice == ()


def test_the_table_has_a_line_a_layer_and_shortens_deep_networks():
    report = signal_propagation(MLPClassifier((4,) * 30, random_state=0), X, Y)
    lines = repr(report).splitlines()
    assert lines[0].startswith("Forward: ")
    assert lines[1].startswith("Backward: ")
    assert any(line.startswith("…") for line in lines)
    assert len(lines) - len(report.advice) == 16
    assert "<td>output</td>" in report._repr_html_()


@pytest.mark.parametrize("pipeline", [NET, make_pipeline(StandardScaler(), NET)])
def test_what_is_not_fitted_cannot_be_looked_at_fitted(pipeline):
    with pytest.raises(NotFittedError):
        signal_propagation(pipeline, X, at="fitted")


def test_what_predicts_needs_y_at_init():
    with pytest.raises(ValueError, match="requires y if at='init', because MLPClassifier"):
        signal_propagation(NET, X)


def test_targets_unlike_those_of_the_fit_are_refused():
    net = MLPClassifier((4,), max_epochs=1).fit(X, Y)
    with pytest.raises(ValueError, match="must have the same classes"):
        signal_propagation(net, X[:100], Y[:100], at="fitted")


@pytest.mark.parametrize("thing", [LogisticRegression(), make_pipeline(StandardScaler())])
def test_other_estimators_are_refused(thing):
    with pytest.raises(TypeError, match="a network of sklearn_deep, or a Pipeline"):
        signal_propagation(thing, X, Y)


def test_rates_of_two_hidden_layers_are_their_ratios():
    report = signal_propagation(NET, X, Y)
    assert report.forward_rate == pytest.approx(report.forward_ratio[1])
    assert report.backward_rate == pytest.approx(report.backward_ratio[0])


def test_samples_count_by_their_share_of_the_weights():
    def gradients(class_weight):
        net = clone(NET).set_params(class_weight=class_weight)
        return signal_propagation(net, X, Y).mean_square_gradient

    np.testing.assert_allclose(gradients({0: 3, 1: 3, 2: 3}), gradients(None), rtol=1e-4)
    # Each third of the samples alone has three times the mean weight, so nine times the square.
    alone = [gradients({one: 1} | dict.fromkeys({0, 1, 2} - {one}, 0)) for one in (0, 1, 2)]
    np.testing.assert_allclose(sum(alone) / 9, gradients(None), rtol=1e-4)
