"""Autoencoders that are stacked, as on a GPU, equal single fits up to rounding."""

import numpy as np
import pytest

from sklearn_deep import AutoencoderTransformer, JointAEClassifier, JointAERegressor
from sklearn_deep.estimators._data.call import FitCall, Validation
from sklearn_deep.noise import Masking, SaltAndPepper
from sklearn_deep.penalties import L2, CodeKL, CodeL1, Contractive
from tests._support.plans import obey

rng = np.random.default_rng(0)
X = rng.uniform(size=(91, 7))
Y = np.where(rng.uniform(size=91) < 0.4, -1, rng.integers(3, size=91))
FOLDS = [70, 91, 64, 52]


def members(kind, each, y=None, **settings):
    """Return one plan per settings, each with its own samples, seed and learning rate."""
    plans = []
    for k, own in enumerate(each):
        fold = slice(FOLDS[k % len(FOLDS)])
        numbers = {"batch_size": 50, "max_epochs": 3, "learning_rate": 3e-3 / (1 + k)}
        estimator = kind(**numbers | settings | own)
        targets = None if y is None else y[fold]
        validation = Validation(X[40 + k :], None if y is None else y[40 + k :])
        plans.append(estimator._plan(FitCall(X[fold], targets, None, validation), seed=k % 3))
    return plans


STRUCTURES = {
    "37-3, batches of 13": {"encoder_layer_sizes": (37,), "n_components": 3, "batch_size": 13},
    "64-32": {"encoder_layer_sizes": (64,), "n_components": 32, "batch_size": 32},
    "linear": {"encoder_layer_sizes": (), "n_components": 2},
    "tied, tanh": {
        "encoder_layer_sizes": (21, 10),
        "n_components": 3,
        "tied_weights": True,
        "activation": "tanh",
        "batch_size": 50,
    },
    "unlike decoder, batch norm": {
        "encoder_layer_sizes": (9,),
        "decoder_layer_sizes": (11, 5),
        "normalization": "batch",
        "code_activation": "logistic",
        "output_activation": "logistic",
    },
    "cross-entropy": {"loss": "binary_cross_entropy", "encoder_layer_sizes": (9,)},
}
NUMBERS = [
    {"input_noise": Masking(rate=0.3), "dropout": 0.2},
    {"weight_decay": 1e-2, "hidden_noise": 0.1},
    {"input_noise": Masking(rate=0.1), "weight_noise": 0.05},
    {},
]


@pytest.mark.slow
@pytest.mark.parametrize("name", STRUCTURES)
def test_transformers_of_other_numbers_are_single_fits(name):
    obey(members(AutoencoderTransformer, NUMBERS, **STRUCTURES[name]))


PENALTIES = {
    "l1": [CodeL1(l1=0.1), CodeL1(l1=0.3), CodeL1(l1=0.0)],
    "kl": [
        CodeKL(rho=0.1, strength=0.3),
        CodeKL(rho=0.2, strength=0.1),
        CodeKL(rho=0.05, strength=1.0),
    ],
    "of code and weights": [
        [CodeL1(l1=0.1), L2(l2=0.1)],
        [CodeL1(l1=0.2), L2(l2=0.3)],
        [L2(l2=0), CodeL1(l1=0.1)],
    ],
}


@pytest.mark.slow
@pytest.mark.parametrize("n_components", [3, 32])
@pytest.mark.parametrize("name", PENALTIES)
def test_penalties_of_the_code_keep_their_own_numbers(name, n_components):
    settings = {"n_components": n_components, "code_activation": "logistic"}
    each = [{"penalty": penalty} for penalty in PENALTIES[name]]
    obey(members(AutoencoderTransformer, each, encoder_layer_sizes=(17,), **settings))


CONTRACTIVE = [{"penalty": Contractive(strength=s)} for s in (0.1, 0.3, 0.0)]


@pytest.mark.slow
@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("n_components", [3, 32])
def test_contractive_penalties_keep_their_own_numbers(n_components, activation):
    settings = {"n_components": n_components, "activation": activation}
    obey(members(AutoencoderTransformer, CONTRACTIVE, encoder_layer_sizes=(17,), **settings))


BETAS = [{"beta": 0.2}, {"beta": 0.9, "input_noise": SaltAndPepper(rate=0.2)}, {"beta": 1.0}, {}]
JOINT = {
    "37-3": {"encoder_layer_sizes": (37,), "n_components": 3, "batch_size": 13},
    "64-32": {"encoder_layer_sizes": (64,), "n_components": 32},
    "head on the reconstruction": {"head_input": "reconstruction", "head_layer_sizes": (5,)},
    "tied, cross-entropy": {"tied_weights": True, "reconstruction_loss": "binary_cross_entropy"},
    "balanced": {"class_weight": "balanced", "label_smoothing": 0.1, "penalty": "code_l1"},
}


@pytest.mark.slow
@pytest.mark.parametrize("name", JOINT)
def test_joint_classifiers_of_other_betas_are_single_fits(name):
    settings = {"encoder_layer_sizes": (9,), "n_components": 4} | JOINT[name]
    obey(members(JointAEClassifier, BETAS, Y, unlabeled_value=-1, **settings))


def test_joint_regressors_of_other_betas_are_single_fits():
    y = np.where(Y == -1, np.nan, X @ rng.normal(size=7))
    settings = {"encoder_layer_sizes": (13,), "n_components": 5}
    obey(members(JointAERegressor, BETAS, y, **settings))


def test_a_member_without_unlabeled_rows_may_stand_beside_one_that_has_some():
    one, other = (
        members(JointAEClassifier, [{}], y, unlabeled_value=marker, encoder_layer_sizes=(9,))[0]
        for y, marker in ((Y, -1), (np.abs(Y), None))
    )
    obey([one, other])
