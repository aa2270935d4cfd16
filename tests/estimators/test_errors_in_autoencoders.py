"""Errors of autoencoders, and their messages."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch

from sklearn_deep import (
    AutoencoderOutlierDetector,
    AutoencoderTransformer,
    JointAEClassifier,
    JointAERegressor,
    MLPClassifier,
    MLPRegressor,
)
from sklearn_deep.losses import Huber
from sklearn_deep.penalties import CodeKL, CodePenalty
from sklearn_deep.stopping import EarlyStopping
from tests._support.for_all import for_all

rng = np.random.default_rng(0)
X = rng.uniform(-1, 1, size=(20, 3))
Y = np.arange(20) % 2
JOINT = [JointAEClassifier, JointAERegressor]
KINDS = [AutoencoderTransformer, AutoencoderOutlierDetector, *JOINT]
SMALL = {"encoder_layer_sizes": (4,), "max_epochs": 1, "random_state": 0}


def check_refused(estimator, *words, X=X, y=Y, error=ValueError, **arguments):
    before = vars(estimator).copy()
    with pytest.raises(error) as raised:
        estimator.fit(X, y, **arguments)
    missing = [word for word in words if word not in str(raised.value)]
    assert not missing, str(raised.value)
    assert vars(estimator) == before


@for_all("kind", KINDS)
@for_all(
    ("name", "value"),
    [
        *(("n_components", value) for value in (0, -1, 2.5, "2", None, True)),
        *(("encoder_layer_sizes", value) for value in (None, 0, (0,), (2.5,), "a", ((3,),))),
        *(("decoder_layer_sizes", value) for value in (0, (4, 0), "mirrored", (True,))),
        ("tied_weights", "yes"),
    ],
)
def test_sizes_are_whole_numbers_from_1_on(kind, name, value):
    estimator = kind(**SMALL | {name: value})
    check_refused(estimator, f"The {name!r} parameter of {kind.__name__} must", repr(value))


@for_all("kind", JOINT)
@for_all("beta", [-0.1, 1.1, np.nan, np.inf, "a", None])
def test_beta_is_a_share(kind, beta):
    words = f"The 'beta' parameter of {kind.__name__} must be a float in the range [0.0, 1.0]"
    check_refused(kind(3, beta=beta, **SMALL), words, f"Got {beta!r}")


@pytest.mark.parametrize("kind", JOINT)
def test_the_head_has_whole_layers_and_a_known_input(kind):
    check_refused(kind(3, head_layer_sizes=(0,), **SMALL), "'head_layer_sizes' parameter", "(0,)")
    check_refused(
        kind(3, head_input="codes", **SMALL), "'head_input' parameter", "'reconstruction'"
    )


@for_all("kind", KINDS)
@for_all("decoder", [(5,), (4, 4), ()])
def test_tied_weights_want_the_mirrored_layers(kind, decoder):
    estimator = kind(3, tied_weights=True, decoder_layer_sizes=decoder, **SMALL)
    words = "must be None or (4,) (the encoder mirrored) with tied_weights=True"
    check_refused(estimator, kind.__name__, words, f"got {decoder!r}")


@pytest.mark.parametrize("kind", KINDS)
def test_cross_entropy_is_for_rows_in_0_and_1(kind):
    loss = "reconstruction_loss" if kind in JOINT else "loss"
    words = f"X of {kind.__name__}.fit must lie in [0, 1] for the loss 'binary_cross_entropy'"
    values = f"got values from {X.min():g} to {X.max():g}"
    estimator = kind(3, **{loss: "binary_cross_entropy"}, **SMALL)
    check_refused(estimator, words, values, "MinMaxScaler", "'squared_error'")


@pytest.mark.parametrize("activation", ["logistic", "sigmoid", torch.nn.Sigmoid, torch.sigmoid])
def test_cross_entropy_takes_logits(activation):
    estimator = AutoencoderTransformer(
        loss="binary_cross_entropy", output_activation=activation, **SMALL
    )
    words = "The 'output_activation' parameter of AutoencoderTransformer must be 'identity'"
    check_refused(estimator, words, "expects logits", repr(activation), X=(X + 1) / 2)


@for_all("kind", [MLPClassifier, MLPRegressor])
@for_all("penalty", ["contractive", CodeKL(), ["l1", "l1", "code_l1"]])
def test_a_network_without_code_has_no_penalty_of_one(kind, penalty):
    words = f"The 'penalty' parameter of {kind.__name__} must apply to weight matrices, got"
    check_refused(kind((4,), penalty=penalty), words, repr(penalty), "code of an autoencoder")


@pytest.mark.parametrize("activation", ["identity", "relu", "tanh", torch.nn.Softplus])
def test_a_divergence_is_for_codes_between_0_and_1(activation):
    estimator = AutoencoderTransformer(penalty="code_kl", code_activation=activation, **SMALL)
    check_refused(estimator, "'penalty' parameter", "codes in [0, 1]", "code_activation='logistic'")


def test_penalties_of_the_code_are_not_counted_among_those_of_matrices():
    estimator = AutoencoderTransformer(penalty=["code_l1", "l1", None], **SMALL)
    check_refused(estimator, "a sequence of 4", "got 2 in addition to penalties of the code")


@dataclass(eq=False, repr=False)
class OneARow(CodePenalty):
    def code_penalty(self, encoding):
        return encoding.code.square().sum(1)


@dataclass(eq=False, repr=False)
class Detached(CodePenalty):
    def code_penalty(self, encoding):
        return encoding.code.detach().square().sum()


@pytest.mark.parametrize(("penalty", "words"), [(OneARow, "one number"), (Detached, "no gradient")])
def test_a_penalty_of_the_code_is_tried_before_training(penalty, words):
    estimator = AutoencoderTransformer(2, penalty=penalty(), **SMALL)
    check_refused(estimator, "The 'penalty' parameter", "a code of shape (4, 2)", words)


@pytest.mark.parametrize(
    ("name", "value", "inner", "instance"),
    [
        ("reconstruction_loss", "huber", "delta", "Huber()"),
        ("code_activation", "leaky_relu", "negative_slope", "LeakyReLU()"),
        ("output_activation", "elu", "alpha", "ELU()"),
        ("penalty", "contractive", "strength", "Contractive()"),
        ("input_noise", "masking", "rate", "Masking()"),
    ],
)
def test_reaching_into_a_name_asks_for_the_instance(name, value, inner, instance):
    estimator = JointAEClassifier(**{name: value})
    with pytest.raises(ValueError, match=f"Pass an instance, {name}={instance[:-2]}"):
        estimator.set_params(**{f"{name}__{inner}": 0.5})


def test_a_class_of_loss_is_no_loss():
    words = "Write reconstruction_loss=Huber()"
    check_refused(JointAERegressor(reconstruction_loss=Huber, **SMALL), words, error=TypeError)


@pytest.mark.parametrize("monitor", ["accuracy", "val_loss_reconstruction", "los"])
def test_a_transformer_records_its_loss_alone(monitor):
    estimator = AutoencoderTransformer(early_stopping=EarlyStopping(monitor), **SMALL)
    check_refused(estimator, repr(monitor), "not recorded", "Known names: 'loss', 'val_loss'.")


@for_all("kind", KINDS)
@for_all("bad", [np.zeros((3, 1)), np.zeros((3, 3)), np.full((3, 2), np.nan)])
def test_codes_have_their_width_and_numbers(kind, bad):
    estimator = kind(2, **SMALL).fit(X, Y)
    words = "NaN" if bad.shape[1] == 2 else f"{kind.__name__}.inverse_transform must have 2 columns"
    with pytest.raises(ValueError, match=words):
        estimator.inverse_transform(bad)


def test_an_output_set_after_fit_is_checked_too():
    estimator = AutoencoderTransformer(**SMALL).fit(X).set_params(output="codes")
    with pytest.raises(ValueError, match="'output' parameter of AutoencoderTransformer"):
        estimator.transform(X)


@pytest.mark.parametrize(
    ("weight", "words"),
    [(np.zeros(20), "non-zero|got only zeros"), (np.ones(3), "expected"), (-np.ones(20), ">= 0")],
)
def test_weights_of_a_score_are_checked(weight, words):
    estimator = AutoencoderTransformer(**SMALL).fit(X)
    with pytest.raises(
        ValueError, match=f"sample_weight of AutoencoderTransformer.score.*({words})"
    ):
        estimator.score(X, sample_weight=weight)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_fit_leaves_is_not_there_before(kind):
    estimator = kind()
    for name in ("n_components_", "module_"):
        assert not hasattr(estimator, name)
        with pytest.raises(AttributeError, match=f"This {kind.__name__} has no {name} before"):
            getattr(estimator, name)
