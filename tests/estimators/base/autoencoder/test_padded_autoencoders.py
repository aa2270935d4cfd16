"""Autoencoders of different widths, padded and trained together, equal single fits up to rounding."""

import numpy as np
import pytest

from sklearn_deep import AutoencoderTransformer, JointAEClassifier
from sklearn_deep.estimators._data.call import FitCall, Validation
from sklearn_deep.noise import Masking
from sklearn_deep.penalties import L1, CodeKL, CodeL1, Contractive
from sklearn_deep.training import populations, train

rng = np.random.default_rng(0)
X = rng.uniform(size=(91, 7))
Y = np.where(rng.uniform(size=91) < 0.4, -1, rng.integers(3, size=91))
FOLDS = [70, 90, 64]
WIDTHS = [
    {"encoder_layer_sizes": (37,), "n_components": 3},
    {"encoder_layer_sizes": (10,), "n_components": 6},
    {"encoder_layer_sizes": (16,), "n_components": 5},
]
NUMBERS = [
    {"input_noise": Masking(rate=0.3)},
    {"hidden_noise": 0.1, "dropout": 0.2},
    {"weight_noise": 0.05},
]
SETTINGS = {
    "logistic code": {"code_activation": "logistic", "activation": "tanh"},
    "batch norm": {"normalization": "batch", "activation": "softplus"},
    "layer norm": {"normalization": "layer", "code_activation": "logistic"},
    "code_l1 and l1": {"penalty": [CodeL1(l1=0.1), L1(l1=1e-3)], "code_activation": "logistic"},
    "contractive": {"penalty": Contractive(strength=0.1), "activation": "logistic"},
    "decoder of its own": {"decoder_layer_sizes": (9, 4), "output_activation": "logistic"},
}
TOGETHER = {
    "code": {"head_layer_sizes": (5,), "activation": "logistic"},
    "reconstruction": {"head_input": "reconstruction", "normalization": "batch"},
}


pytestmark = pytest.mark.usefixtures("_stacked")


def members(kind, y=None, **settings):
    plans = []
    for k, (widths, numbers) in enumerate(zip(WIDTHS, NUMBERS, strict=True)):
        fold = slice(FOLDS[k])
        given = {"batch_size": 30, "max_epochs": 8, "dtype": "float64", "learning_rate": 3e-3}
        estimator = kind(**given | widths | numbers | settings)
        targets = None if y is None else y[fold]
        validation = Validation(X[40 + k :], None if y is None else y[40 + k :])
        plans.append(estimator._plan(FitCall(X[fold], targets, None, validation), seed=k % 2))
    return plans


def check(plans):
    assert populations(plans) == [[0, 1, 2]]
    for one, plan in zip(train(plans), plans, strict=True):
        (alone,) = train([plan])
        mine, theirs = one.network.state_dict(), alone.network.state_dict()
        assert {n: t.shape for n, t in mine.items()} == {n: t.shape for n, t in theirs.items()}
        for name in ("loss", "val_loss"):
            np.testing.assert_allclose(one.history[name], alone.history[name], rtol=0, atol=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("name", SETTINGS)
def test_transformers_of_different_widths_are_single_fits(name):
    check(members(AutoencoderTransformer, **SETTINGS[name]))


@pytest.mark.parametrize("name", TOGETHER)
def test_joint_classifiers_of_different_widths_are_single_fits(name):
    check(members(JointAEClassifier, Y, unlabeled_value=-1, **TOGETHER[name]))


@pytest.mark.parametrize(
    "settings",
    [{"tied_weights": True}, {"penalty": CodeKL(), "code_activation": "logistic"}],
    ids=["tied", "kl"],
)
def test_what_zeros_may_change_is_not_padded(settings):
    assert populations(members(AutoencoderTransformer, **settings)) == [[0], [1], [2]]
