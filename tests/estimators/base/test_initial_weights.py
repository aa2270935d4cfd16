"""The parameter ``init``: one rule for all weight matrices, or one initializer for each of them."""

import pickle

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.model_selection import RandomizedSearchCV

from sklearn_deep import (
    AutoencoderTransformer,
    JointAEClassifier,
    JointAERegressor,
    MLPClassifier,
    MLPRegressor,
)
from sklearn_deep.estimators import begin_fit
from sklearn_deep.initializers import Orthogonal, RandomNormal, VarianceScaling
from sklearn_deep.networks import Linear, suitable_init
from tests._support.for_all import for_all

X = np.random.default_rng(0).normal(size=(40, 160))
Y = np.arange(40) % 4
MATRICES = {
    MLPClassifier: "hidden 160 → 200, hidden 200 → 100, output 100 → 4",
    MLPRegressor: "hidden 160 → 200, hidden 200 → 100, output 100 → 1",
    AutoencoderTransformer: "encoder 160 → 200, encoder 200 → 50, decoder 50 → 200, decoder 200 → 160",
    JointAEClassifier: "encoder 160 → 200, encoder 200 → 50, head 50 → 100, head 100 → 4, "
    "decoder 50 → 200, decoder 200 → 160",
    JointAERegressor: "encoder 160 → 200, encoder 200 → 50, head 50 → 100, head 100 → 1, "
    "decoder 50 → 200, decoder 200 → 160",
}
KINDS = [*MATRICES]


def make(kind, **params):
    if kind in (MLPClassifier, MLPRegressor):
        sizes = {"hidden_layer_sizes": (200, 100)}
    else:
        sizes = {"n_components": 50, "encoder_layer_sizes": (200,)}
        sizes |= {"head_layer_sizes": (100,)} if hasattr(kind, "predict") else {}
    return kind(**sizes | {"random_state": 0} | params)


def initial(estimator):
    """Return the initial weight matrices of a fit, in order."""
    network = begin_fit(clone(estimator), X, Y).plan.build({})
    return [m.weight.detach() for m in network.modules() if isinstance(m, Linear)]


def variance(weight):
    return float(weight.double().square().mean())


def plan_of(estimator):
    return begin_fit(clone(estimator), X, Y).plan


@for_all("activation", ["relu", "elu", "tanh", "gelu", torch.nn.SELU])
@for_all("kind", KINDS)
def test_auto_is_the_rule_of_each_place(kind, activation):
    estimator = make(kind, activation=activation)
    for weight, matrix in zip(
        initial(estimator), plan_of(estimator).architecture.matrices, strict=True
    ):
        rule = suitable_init(matrix)
        n_out, n_in = weight.shape
        fan = (n_in + n_out) / 2 if rule.mode == "fan_avg" else n_in
        # Of n normal draws the variance is known to sqrt(2 / n).
        tolerance = 5 * np.sqrt(2 / weight.numel())
        assert variance(weight) * fan == pytest.approx(rule.scale, rel=tolerance)


@pytest.mark.parametrize("kind", KINDS)
def test_he_is_for_what_multiplies_the_outputs_of_relu_alone(kind):
    of_code = {} if "MLP" in kind.__name__ else {"code_activation": "relu"}
    estimator = make(kind, **of_code)
    auto, he = initial(estimator), initial(estimator.set_params(init="he_normal"))
    matrices = plan_of(estimator).architecture.matrices
    alike = [torch.equal(*pair) for pair in zip(auto, he, strict=True)]
    assert alike == [m.multiplies is not None and not m.makes_output for m in matrices]


@pytest.mark.parametrize("normalization", [None, "batch", "layer"])
def test_a_network_without_hidden_layers_starts_with_small_outputs(normalization):
    (weight,) = initial(MLPClassifier((), normalization=normalization, random_state=0))
    assert variance(weight) * 160 == pytest.approx(0.5, rel=0.3)


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_is_for_every_matrix(kind):
    for weight in initial(make(kind, init="lecun_uniform")):
        bound = np.sqrt(3 / weight.shape[1])
        assert 0.95 * bound < weight.abs().max() <= bound


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("container", [list, tuple, lambda values: np.array(values, dtype=object)])
def test_a_sequence_has_one_initializer_per_matrix(kind, container):
    def halves(fan_out, fan_in, generator):
        return torch.full((fan_out, fan_in), 0.5)

    given = [halves, "auto", RandomNormal(std=2.0), "zeros", "orthogonal", "he_uniform"]
    given = given[: len(initial(make(kind)))]
    found = initial(make(kind, init=container(given)))
    for i, (weight, one) in enumerate(zip(found, given, strict=True)):
        assert torch.equal(weight, initial(make(kind, init=one))[i])


@for_all("kind", KINDS)
@for_all("n_given", [0, 1, 9])
def test_a_sequence_of_another_length_is_refused_with_the_matrices(kind, n_given):
    n_matrices = len(MATRICES[kind].split(","))
    words = [
        f"The 'init' parameter of {kind.__name__} must be one initializer, or a sequence of "
        f"{n_matrices}, one for each weight matrix ({MATRICES[kind]}), got {n_given}: "
    ]
    with pytest.raises(ValueError, match="init") as raised:
        make(kind, init=["zeros"] * n_given).fit(X, Y)
    assert words[0] in str(raised.value)


@pytest.mark.parametrize(
    ("init", "error", "words"),
    [
        (["auto", "he_norml"], ValueError, "Did you mean 'he_normal'?"),
        (["auto", Orthogonal], TypeError, "Write Orthogonal()"),
        (["auto", None], TypeError, "got None"),
        (["auto", ["zeros"]], TypeError, "got ['zeros']"),
        ([Orthogonal(gain=-1.0), "auto"], ValueError, "gain"),
    ],
)
def test_each_item_is_checked(init, error, words):
    with pytest.raises(error) as raised:
        MLPClassifier((4,), init=init).fit(X, Y)
    assert words in str(raised.value)


def test_sequences_are_cloned_pickled_and_trained():
    init = ["auto", VarianceScaling(scale=0.5), "zeros"]
    estimator = MLPClassifier((8, 8), init=init, max_epochs=2, random_state=0)
    copied = pickle.loads(pickle.dumps(clone(estimator)))
    assert repr(copied.init) == repr(init)
    np.testing.assert_array_equal(
        copied.fit(X, Y).predict_proba(X), estimator.fit(X, Y).predict_proba(X)
    )


def test_a_search_varies_sequences():
    grid = {"init": ["auto", ["zeros", "zeros"], ("he_normal", RandomNormal())]}
    search = RandomizedSearchCV(
        MLPClassifier((8,), max_epochs=2, random_state=0),
        grid,
        n_iter=3,
        cv=2,
        random_state=0,
        scoring="neg_log_loss",
        error_score="raise",
    ).fit(X, Y)
    assert len(set(search.cv_results_["mean_test_score"])) == 3


def test_both_float_types_start_with_the_same_weights():
    single, double = (initial(make(MLPClassifier, dtype=d)) for d in ("float32", "float64"))
    for one, other in zip(single, double, strict=True):
        assert torch.equal(one, other.float())
