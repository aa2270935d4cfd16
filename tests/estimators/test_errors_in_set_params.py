"""A failing ``set_params`` says why and changes nothing."""

import pytest

from sklearn_deep import MLPClassifier, MLPRegressor
from sklearn_deep.optimizers import Adam

REFUSED = [
    ({}, {"optimizer__beta_1": 0.5}, ["'optimizer__beta_1'", "'adam'", "optimizer=Adam()"]),
    ({}, {"early_stopping__patience": 3}, ["EarlyStopping(monitor='loss', patience=20)"]),
    ({"early_stopping": True}, {"early_stopping__patience": 3}, ["True", "patience=10"]),
    ({"early_stopping": None}, {"early_stopping__patience": 3}, ["None", "instances"]),
    ({}, {"hidden_noise__std": 0.1}, ["hidden_noise=0.0", "hidden_noise=GaussianNoise()"]),
    ({"init": "he_normal"}, {"init__scale": 1.0}, ["init=VarianceScaling(scale=2.0)"]),
    ({}, {"activation__alpha": 0.1}, ["'relu'", "no parameter 'alpha'", "instances"]),
    ({}, {"dropout__rate": 0.1}, ["dropout=0.5", "no parameter 'rate'", "instances"]),
    ({"optimizer": "adm"}, {"optimizer__beta_1": 0.5}, ["'adm'", "instances"]),
    ({"optimizer": Adam()}, {"optimizer__beta_1": 0.5, "optimizer__beta": 1}, ["'beta'", "beta_2"]),
    ({}, {"optimiser": "sgd"}, ["'optimiser'", "'optimizer'"]),
    ({}, {"optimiser__beta_1": 0.5}, ["'optimiser'", "'optimizer'"]),
]


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
@pytest.mark.parametrize(("given", "asked", "words"), REFUSED)
def test_a_failing_call_says_why_and_leaves_all_parameters(kind, given, asked, words):
    mlp = kind(**given)
    before = repr(mlp.get_params())
    with pytest.raises(ValueError, match="parameter") as raised:
        mlp.set_params(dropout=0.5, **asked)
    assert all(word in str(raised.value) for word in words)
    assert repr(mlp.get_params()) == before


def test_an_instance_and_its_numbers_can_be_set_at_once():
    mlp = MLPClassifier().set_params(optimizer__beta_1=0.5, optimizer=Adam())
    assert mlp.optimizer.beta_1 == 0.5
