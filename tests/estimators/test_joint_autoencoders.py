"""Autoencoders with a head: unlabeled samples, and how the head shares the objective."""

import numpy as np
import pytest
import torch
from scipy.sparse import csr_array
from sklearn.model_selection import GridSearchCV
from skorch.callbacks import Callback

from sklearn_deep import JointAEClassifier, JointAERegressor
from sklearn_deep.model_selection import LabeledFold

rng = np.random.default_rng(0)
X = rng.normal(size=(60, 5))
CLASSES = rng.integers(3, size=60)
UNLABELED = np.arange(60) % 3 == 0
SOME = np.where(UNLABELED, -1, CLASSES)
NUMBERS = X @ rng.normal(size=5)
SOME_NUMBERS = np.where(UNLABELED, np.nan, NUMBERS)
SMALL = {"encoder_layer_sizes": (4,), "max_epochs": 3, "random_state": 0}


def classifier(n_components=3, **settings):
    return JointAEClassifier(n_components, **SMALL | settings)


def regressor(n_components=3, **settings):
    return JointAERegressor(n_components, **SMALL | settings)


def same_weights(one, other):
    mine, theirs = one.module_.state_dict(), other.module_.state_dict()
    return all(torch.equal(mine[name], theirs[name]) for name in mine)


@pytest.mark.parametrize(
    ("marker", "labels"),
    [
        (-1, np.array([0, 1, 2])),
        (9, np.array([0, 1, 2])),
        ("", np.array(["a", "b", "c"])),
        ("none", np.array(["a", "b", "c"], dtype=object)),
        (np.nan, np.array([0.0, 1.0, 2.0])),
    ],
)
def test_any_value_marks_rows_without_label(marker, labels):
    y = np.where(UNLABELED, marker, labels[CLASSES])
    y = y.astype(labels.dtype if labels.dtype == object else y.dtype)
    marked = classifier(unlabeled_value=marker).fit(X, y)
    assert marked.classes_.tolist() == labels.tolist()
    assert set(marked.predict(X)) <= set(labels.tolist())
    assert same_weights(marked, classifier(unlabeled_value=-1).fit(X, SOME))


def test_a_regressor_takes_nan_as_no_label_or_the_value_it_is_given():
    of_nan = regressor().fit(X, SOME_NUMBERS)
    given = np.where(UNLABELED, -999, NUMBERS)
    assert same_weights(of_nan, regressor(unlabeled_value=-999).fit(X, given))
    assert not same_weights(of_nan, regressor().fit(X, NUMBERS))


def test_a_row_of_several_numbers_has_no_label_where_all_are_missing():
    y = np.stack([SOME_NUMBERS, 2 * SOME_NUMBERS], 1)
    assert regressor().fit(X, y).predict(X).shape == (60, 2)
    y[1, 0] = np.nan
    with pytest.raises(ValueError, match=r"in all columns of a row or in none, got .* in row 1"):
        regressor().fit(X, y)


def test_rows_without_label_count_in_the_reconstruction():
    all_rows = classifier(unlabeled_value=-1).fit(X, SOME)
    moved = np.where(UNLABELED[:, None], X + 1, X)
    assert not same_weights(all_rows, classifier(unlabeled_value=-1).fit(moved, SOME))


def test_rows_without_label_are_nothing_to_a_classifier_with_beta_1():
    settings = {"unlabeled_value": -1, "beta": 1, "batch_size": 60, "dtype": "float64"}
    moved = np.where(UNLABELED[:, None], X + 1, X)
    one, other = (classifier(**settings).fit(rows, SOME) for rows in (X, moved))
    np.testing.assert_array_equal(one.predict_proba(X), other.predict_proba(X))


@pytest.mark.parametrize(
    ("estimator", "y"),
    [
        (classifier(unlabeled_value=-1), np.full(60, -1)),
        (classifier(unlabeled_value="?"), np.full(60, "?")),
        (regressor(), np.full(60, np.nan)),
    ],
    ids=["ints", "strings", "numbers"],
)
def test_some_row_must_have_a_label(estimator, y):
    message = "requires labeled samples, .* use AutoencoderTransformer"
    with pytest.raises(ValueError, match=message):
        estimator.fit(X, y)


@pytest.mark.parametrize(
    ("estimator", "y"),
    [
        (classifier(unlabeled_value=-1), CLASSES),
        (classifier(unlabeled_value=-1), np.array(list("abc"))[CLASSES]),
        (regressor(unlabeled_value=-999), NUMBERS),
    ],
    ids=["ints", "strings", "numbers"],
)
def test_a_marker_that_no_row_carries_is_named(estimator, y):
    with pytest.warns(UserWarning, match="No sample has unlabeled_value=-"):
        estimator.fit(X, y)


def test_no_marker_expects_no_rows_without_label():
    classifier().fit(X, CLASSES)
    regressor().fit(X, NUMBERS)
    classifier(unlabeled_value=-1).partial_fit(X, CLASSES, classes=[0, 1, 2])


def test_class_weights_count_labeled_rows_only():
    counts = np.bincount(CLASSES[~UNLABELED])
    by_hand = {k: (~UNLABELED).sum() / (3 * n) for k, n in enumerate(counts)}
    balanced, weighted = (
        classifier(unlabeled_value=-1, class_weight=given).fit(X, SOME)
        for given in ("balanced", by_hand)
    )
    assert same_weights(balanced, weighted)


def test_validation_rows_are_labeled_ones(monkeypatch):
    estimator = classifier(unlabeled_value=-1, early_stopping=True, validation_fraction=0.25)
    plans = []
    plan = JointAEClassifier._plan
    monkeypatch.setattr(
        JointAEClassifier, "_plan", lambda *args: plans.append(plan(*args)) or plans[0]
    )
    estimator.fit(X, SOME)
    held_out = plans[0].validation
    assert len(held_out.x) == 10
    assert held_out.sample_weight.all()
    assert plans[0].data.weight.shape == (50, 2)
    assert (plans[0].data.weight[:, 0] == 0).sum() == UNLABELED.sum()
    shares = np.bincount(CLASSES[~UNLABELED]) / 40
    np.testing.assert_allclose(held_out.y.mean(0), shares, atol=0.1)


def test_the_history_has_both_terms_with_and_without_validation():
    names = {"loss", "loss_prediction", "loss_reconstruction", "accuracy"}
    always = {"learning_rate", "seconds"}
    alone = classifier(unlabeled_value=-1).fit(X, SOME)
    assert alone.history_.keys() == names | always
    beside = classifier(early_stopping=True).fit(X, CLASSES)
    assert beside.history_.keys() == names | {f"val_{name}" for name in names} | always
    assert "val_r2" in regressor(early_stopping=True).fit(X, SOME_NUMBERS).history_


def test_rows_for_validation_may_lack_labels_too():
    estimator = classifier(unlabeled_value=-1).fit(X[:30], SOME[:30], X_val=X[30:], y_val=SOME[30:])
    assert np.isfinite(estimator.history_["val_loss"]).all()


@pytest.mark.parametrize("beta", [-0.1, 1.1, "half"])
def test_beta_is_a_share(beta):
    with pytest.raises(ValueError, match="'beta' parameter of JointAEClassifier"):
        classifier(beta=beta).fit(X, CLASSES)


def test_with_beta_0_the_head_stays_as_it_was_drawn_and_a_warning_says_so():
    with pytest.warns(UserWarning, match="beta=0 trains only the autoencoder"):
        one = classifier(beta=0, max_epochs=1).fit(X, CLASSES)
    with pytest.warns(UserWarning, match="beta=0 trains only the autoencoder"):
        other = classifier(beta=0, max_epochs=5).fit(X, CLASSES)
    assert torch.equal(one.module_.output.weight, other.module_.output.weight)
    assert one.score(X, CLASSES) >= 0
    assert not same_weights(one, other)


def test_a_search_scores_on_labeled_rows_alone():
    search = GridSearchCV(classifier(unlabeled_value=-1), {"beta": [0.3, 0.9]}, cv=LabeledFold(2))
    search.fit(X, SOME)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert search.best_estimator_.classes_.tolist() == [0, 1, 2]


def test_a_search_over_numbers_scores_on_labeled_rows_alone():
    folds = LabeledFold(2, unlabeled_value=np.nan)
    search = GridSearchCV(regressor(), {"beta": [0.3, 0.9]}, cv=folds).fit(X, SOME_NUMBERS)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_the_head_may_predict_from_the_reconstruction():
    estimator = classifier(head_input="reconstruction").fit(X, CLASSES)
    assert estimator.module_.output.weight.shape == (3, 5)
    with torch.no_grad():
        logits = estimator.module_.output(torch.from_numpy(estimator.reconstruct(X)).float())
    np.testing.assert_allclose(estimator.decision_function(X), logits, rtol=1e-4, atol=1e-5)


def test_a_joint_autoencoder_encodes_and_decodes():
    estimator = classifier().fit(X, CLASSES)
    codes = estimator.transform(X)
    assert codes.shape == (60, 3)
    np.testing.assert_array_equal(estimator.inverse_transform(codes), estimator.reconstruct(X))
    assert estimator.get_feature_names_out().tolist() == [f"jointaeclassifier{i}" for i in range(3)]


def test_sparse_rows_are_rows():
    rows = np.where(X > 0, X, 0)
    one = classifier(unlabeled_value=-1).fit(rows, SOME)
    other = classifier(unlabeled_value=-1).fit(csr_array(rows), SOME)
    assert same_weights(one, other)


def test_batches_without_any_label_train_the_autoencoder():
    y = np.where(np.arange(60) < 57, -1, [0, 1, 2] * 20)
    estimator = classifier(unlabeled_value=-1, batch_size=4).fit(X, y)
    assert not estimator.diverged_
    assert all(np.isfinite(values).all() for values in estimator.history_.values())


def test_partial_fit_goes_on_with_rows_that_all_have_labels():
    estimator = classifier(unlabeled_value=-1).partial_fit(X, SOME, classes=[0, 1, 2])
    assert estimator.partial_fit(X, CLASSES).n_epochs_ == 2


def test_labeled_rows_of_weight_zero_are_no_labels():
    with pytest.raises(ValueError, match="positive for at least one sample with a label"):
        classifier(unlabeled_value=-1).fit(X, SOME, sample_weight=UNLABELED.astype(float))


class Following(Callback):
    def on_batch_end(self, net, loss=None, **kwargs):
        self.loss = float(loss)


def test_callbacks_see_the_weighted_sum_of_both_terms():
    following = Following()
    one = classifier(beta=0.25, max_epochs=1, batch_size=len(X), net_callbacks=[following])
    one.fit(X, CLASSES)
    assert following.loss == pytest.approx(one.history_["loss"][0], rel=1e-6)


def test_rows_that_their_loss_has_no_meaning_for_are_refused():
    with pytest.raises(ValueError, match=r"X of JointAEClassifier\.fit must lie in \[0, 1\]"):
        classifier(reconstruction_loss="binary_cross_entropy").fit(X - 5, CLASSES)
