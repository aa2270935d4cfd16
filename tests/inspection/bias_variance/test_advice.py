"""Advice names parameters that the estimator has, with values that it accepts."""

import re
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import KFold, RandomizedSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from sklearn_deep import JointAEClassifier, MLPClassifier, MLPRegressor
from sklearn_deep.inspection import bias_variance_report
from sklearn_deep.inspection._bias_variance.bias_advice import bias_advice
from sklearn_deep.inspection._bias_variance.training_facts import TrainingFacts, facts_of
from sklearn_deep.inspection._bias_variance.variance_advice import variance_advice
from sklearn_deep.inspection._common.findings import FINDINGS
from sklearn_deep.inspection._common.findings import advice as advice_on
from sklearn_deep.inspection._common.learner import learner_of
from sklearn_deep.stopping import EarlyStopping
from tests._support.for_all import for_all

X, Y = load_iris(return_X_y=True)
PAGE = (Path(__file__).parents[3] / "docs" / "guide" / "inspection.md").read_text()
RESTRAINED = {
    "activation": "tanh",
    "init": "normal",
    "dropout": (0.1, 0.2, 0.2, 0.2),
    "hidden_noise": 0.1,
    "weight_decay": 0.1,
    "penalty": "l1",
    "label_smoothing": 0.1,
}


def all_advice(estimator, *fitted, facts=None):
    learner = learner_of(estimator, fitted)
    facts = facts_of(learner.fitted) if facts is None else facts
    return bias_advice(learner, facts) + variance_advice(learner)


def settings(found):
    return {name: value for advice in found for name, value in advice.settings.items()}


def bias_settings(estimator, **facts):
    learner = learner_of(estimator)
    return {a.code: a.settings for a in bias_advice(learner, TrainingFacts(**facts))}


@pytest.mark.parametrize(
    "estimator",
    [
        MLPClassifier((8, 8, 8), **RESTRAINED),
        Pipeline([("scale", StandardScaler()), ("mlp", MLPClassifier())]),
        Pipeline([("scale", StandardScaler()), ("mlp", MLPClassifier((), dropout=[0.3]))]),
        JointAEClassifier(3, encoder_layer_sizes=(8, 8, 8), activation="logistic"),
        DecisionTreeClassifier(),
        RandomForestClassifier(max_depth=3, n_estimators=5),
        KNeighborsClassifier(),
        SVC(gamma=1),
        make_pipeline(StandardScaler(), LogisticRegression(C=1)),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
def test_every_setting_can_be_set_and_fitted(estimator):
    epochs = {name: 2 for name in estimator.get_params() if name.endswith("max_epochs")}
    estimator = clone(estimator).set_params(**epochs)
    found = all_advice(estimator, clone(estimator).fit(X, Y))
    assert settings(found)
    for advice in found:
        changed = clone(estimator).set_params(**advice.settings)
        changed.fit(X, Y)
        for name, value in advice.settings.items():
            assert repr(estimator.get_params()[name]) != repr(value)
            assert f"{name}={value!r}" in advice.action


def test_advice_reaches_through_pipelines_and_wrappers():
    net = make_pipeline(StandardScaler(), MLPRegressor())
    wrapped = TransformedTargetRegressor(net, transformer=StandardScaler())
    assert "regressor__mlpregressor__weight_decay" in settings(all_advice(wrapped))


def test_what_a_search_chooses_is_advised_to_the_search():
    net = Pipeline([("scale", StandardScaler()), ("mlp", MLPClassifier(max_epochs=2))])
    search = RandomizedSearchCV(net, {"mlp__weight_decay": [0.1]}, n_iter=1, cv=2)
    found = all_advice(search, clone(search).fit(X, Y))
    assert "estimator__mlp__weight_decay" not in settings(found)
    assert "estimator__mlp__dropout" in settings(found)
    actions = [advice.action for advice in found]
    assert "Let the search try mlp__weight_decay=0.01 (it chose 0.1)." in actions


def test_what_holds_a_network_back_is_loosened_only_where_it_does():
    codes = {a.code for a in bias_advice(learner_of(MLPClassifier()), TrainingFacts())}
    assert codes == {"BV109", "BV110"}
    loosened = settings(
        bias_advice(learner_of(MLPClassifier((8,) * 3, **RESTRAINED)), TrainingFacts())
    )
    assert loosened["weight_decay"] == 0.01
    assert loosened["dropout"] == (0.05, 0.1, 0.1, 0.1)
    assert loosened["penalty"] is None
    assert loosened["init"] == "auto"
    assert loosened["activation"] == "relu"


def test_layers_are_added_up_to_five_and_only_where_no_parameter_counts_them():
    def codes(*args, **params):
        return {
            a.code for a in bias_advice(learner_of(MLPClassifier(*args, **params)), TrainingFacts())
        }

    assert "BV110" in codes((8,) * 4)
    assert "BV110" not in codes((8,) * 5)
    assert "BV110" not in codes((8,), dropout=(0.0, 0.0))


def test_zero_and_sequences_of_penalties_grow_too():
    def stronger(value):
        return settings(variance_advice(learner_of(MLPClassifier(weight_decay=value))))

    assert stronger(0.0)["weight_decay"] == 1e-4
    assert stronger([0.0, 0.1])["weight_decay"] == (1e-4, 1.0)


@pytest.mark.parametrize(
    ("facts", "code", "setting"),
    [
        ({"still_falling": (True,)}, "BV104", {"max_epochs": 400}),
        ({"still_falling": (True,)}, "BV105", {"learning_rate": 9e-3}),
        ({"diverged": (True,)}, "BV101", {"learning_rate": 3e-4}),
    ],
)
def test_training_that_ran_out_or_diverged_changes_its_length_or_rate(facts, code, setting):
    facts = {
        "n_epochs": (200,),
        "max_epochs": (200,),
        "diverged": (False,),
        "still_falling": (False,),
    } | facts
    assert bias_settings(MLPClassifier(), **facts)[code] == setting


@pytest.mark.parametrize(
    ("rule", "name", "patience"),
    [
        (EarlyStopping(patience=7), "early_stopping__patience", 14),
        (True, "early_stopping", 20),
        ("auto", "early_stopping", 20),
    ],
)
def test_early_stopping_that_fires_early_gets_patience(rule, name, patience):
    facts = {
        "n_epochs": (20,),
        "max_epochs": (200,),
        "diverged": (False,),
        "still_falling": (False,),
    }
    value = bias_settings(MLPClassifier(early_stopping=rule), **facts)["BV106"][name]
    assert getattr(value, "patience", value) == patience


def test_stopping_at_convergence_is_not_early():
    facts = {
        "n_epochs": (20,),
        "max_epochs": (200,),
        "diverged": (False,),
        "still_falling": (False,),
    }
    assert "BV106" not in bias_settings(MLPClassifier(early_stopping="convergence"), **facts)


def test_facts_are_those_of_the_fits():
    net = MLPClassifier((16,), learning_rate=1e-3, max_epochs=20, random_state=0)
    report = bias_variance_report(make_pipeline(StandardScaler(), net), X, Y, cv=3, n_jobs=2)
    assert report.facts.n_epochs == report.facts.max_epochs == (20, 20, 20)
    assert report.facts.still_falling == (True, True, True)
    assert len(report.fit_seconds) == 3
    assert {"BV104", "BV105"} <= {a.code for a in report.advice}


def test_a_converged_loss_does_not_fall():
    net = MLPRegressor((), learning_rate=0.1, max_epochs=300, early_stopping=False, random_state=0)
    assert facts_of([net.fit(X, Y)]).still_falling == (False,)


def test_a_tree_without_limit_is_limited_below_what_it_grew_to():
    tree = DecisionTreeClassifier(random_state=0)
    grown = clone(tree).fit(X, Y)
    simpler = settings(variance_advice(learner_of(tree, [grown])))
    assert simpler["max_depth"] == grown.get_depth() // 2
    assert simpler["max_leaf_nodes"] < grown.get_n_leaves()


def test_an_estimator_that_used_all_its_iterations_gets_more():
    short = LogisticRegression(max_iter=2)
    with pytest.warns(match="converge"):
        learner = learner_of(short, [clone(short).fit(X, Y)])
    assert bias_advice(learner, TrainingFacts())[0].settings == {"max_iter": 4}


@pytest.mark.parametrize("estimator", [GaussianNB(), LinearRegression()])
def test_where_nothing_can_be_set_advice_is_general(estimator):
    found = all_advice(estimator)
    assert not settings(found)
    assert {"BV199", "BV201", "BV299"} == {a.code for a in found}


def test_advice_follows_the_verdict():
    def codes(y, **kwargs):
        report = bias_variance_report(
            Ridge(), X, y, cv=KFold(3, shuffle=True, random_state=0), **kwargs
        )
        return {a.code[:3] for a in report.advice}

    noise = np.random.default_rng(0).normal(size=150)
    assert codes(X[:, 0]) == set()
    assert codes(noise, tolerance=0.5) == {"BV1"}
    assert codes(noise, bayes_error=0.97) == {"BV2"}


@pytest.mark.parametrize("code", FINDINGS)
def test_a_link_leads_there_from_anywhere(code, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    url = urlsplit(advice_on(code, "").link)
    assert (url.scheme, url.fragment) == ("file", code.lower())
    assert Path(url2pathname(url.path)).read_text() == PAGE


@pytest.mark.parametrize("estimator", [MLPClassifier(), MLPRegressor(), Ridge()])
def test_the_code_is_spoken_of_only_where_there_is_one(estimator):
    assert not {"BV206"} & {one.code for one in variance_advice(learner_of(estimator))}
    joint = {one.code for one in variance_advice(learner_of(JointAEClassifier()))}
    assert "BV206" in joint


@for_all("code", FINDINGS)
def test_every_link_leads_to_a_line_of_the_page(code):
    line = rf'<a id="{code.lower()}"></a>{code}\b[^|]*\| {re.escape(FINDINGS[code])} \|'
    assert re.search(line, PAGE)
