"""Unlabeled samples: how they are marked, and in which parts of a fit they count."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.sparse import csr_array, issparse
from sklearn.metrics import accuracy_score, r2_score

from sklearn_deep import JointAEClassifier, JointAERegressor
from sklearn_deep.estimators._data.call import FitCall
from sklearn_deep.training import train

rng = np.random.default_rng(0)
X = rng.normal(size=(60, 5))
CLASSES = rng.integers(3, size=60)
UNLABELED = np.arange(60) % 3 == 0
SOME = np.where(UNLABELED, -1, CLASSES)
SMALL = {"encoder_layer_sizes": (4,), "max_epochs": 3, "random_state": 0}


def classifier(n_components=3, **settings):
    return JointAEClassifier(n_components, **SMALL | settings)


def regressor(n_components=3, **settings):
    return JointAERegressor(n_components, **SMALL | settings)


def weights(module):
    return torch.cat([p.detach().flatten() for p in module.parameters()])


def same_weights(one, other):
    return torch.equal(weights(one.module_), weights(other.module_))


@pytest.mark.parametrize("augmentation", [None, "gaussian", "mixup"])
@pytest.mark.parametrize(
    ("estimator", "y"),
    [
        (classifier(unlabeled_value=-1), SOME),
        (regressor(), np.where(UNLABELED, np.nan, X[:, 0])),
    ],
    ids=["classes", "numbers"],
)
def test_what_stands_in_the_place_of_a_label_changes_no_bit(estimator, y, augmentation):
    estimator.set_params(augmentation=augmentation, batch_size=20)
    plan = estimator._plan(FitCall(X, y, None), seed=3)
    others = torch.where(torch.from_numpy(UNLABELED)[:, None], 1 - plan.data.y, plan.data.y)
    assert not torch.equal(others, plan.data.y)
    one, other = train([plan, replace(plan, data=plan.data._replace(y=others))])
    assert torch.equal(weights(one.network), weights(other.network))
    for name in one.history.keys() - {"seconds"}:
        np.testing.assert_array_equal(one.history[name], other.history[name])


LABELS = ["a", "b", "c"]


def marked(marker, labels):
    return [
        marker if none else labels[k] for none, k in zip(UNLABELED, CLASSES.tolist(), strict=True)
    ]


@pytest.mark.parametrize(
    "labels", [[0, 1, 2], LABELS, [0.0, 1.0, 2.0]], ids=["int", "str", "float"]
)
@pytest.mark.parametrize(
    ("marker", "given"),
    [
        (None, None),
        (None, np.nan),
        (np.nan, np.nan),
        (np.nan, np.float32("nan")),
        (-1, -1),
        ("unknown", "unknown"),
    ],
    ids=repr,
)
def test_markers_of_any_type_stand_beside_labels_of_any_type(marker, given, labels):
    y = np.array(marked(marker, labels), dtype=object)
    estimator = classifier(unlabeled_value=given).fit(X, y)
    assert estimator.classes_.tolist() == labels
    assert same_weights(estimator, classifier(unlabeled_value=-1).fit(X, SOME))


def test_lists_with_none_have_rows_without_label():
    estimator = classifier().fit(X.tolist(), marked(None, [0, 1, 2]))
    assert same_weights(estimator, classifier(unlabeled_value=-1).fit(X, SOME))


@pytest.mark.parametrize("dtype", ["string", "category", "Int64"])
@pytest.mark.parametrize("marker", [np.nan, "NA"])
def test_missing_values_of_pandas_are_markers(dtype, marker):
    pandas = pytest.importorskip("pandas")
    labels = [0, 1, 2] if dtype == "Int64" else LABELS
    y = pandas.Series(marked(None, labels), dtype=dtype)
    estimator = classifier(unlabeled_value=pandas.NA if marker == "NA" else marker).fit(X, y)
    assert estimator.classes_.tolist() == labels


def test_nulls_of_polars_are_markers():
    polars = pytest.importorskip("polars")
    for labels, given in [([0, 1, 2], np.nan), (LABELS, None)]:
        y = polars.Series(marked(None, labels))
        assert classifier(unlabeled_value=given).fit(X, y).classes_.tolist() == labels


NUMBERS = np.stack([X[:, 0], X @ rng.normal(size=5)], 1)
SOME_NUMBERS = np.where(UNLABELED[:, None], np.nan, NUMBERS)


@pytest.mark.parametrize("marker", [-999, None])
def test_rows_of_several_numbers_are_marked_as_a_whole(marker):
    y = np.where(UNLABELED[:, None], marker, NUMBERS)
    estimator = regressor(unlabeled_value=marker).fit(X, y)
    assert estimator.predict(X).shape == (60, 2)
    assert same_weights(estimator, regressor().fit(X, SOME_NUMBERS))


INDICATOR = rng.integers(2, size=(60, 4))
SOME_INDICATOR = np.where(UNLABELED[:, None], -1, INDICATOR)


@pytest.mark.parametrize("container", [np.asarray, csr_array])
def test_multilabel_rows_without_label_count_in_the_reconstruction_alone(container):
    settings = {"max_epochs": 1, "batch_size": 60, "dtype": "float64", "unlabeled_value": -1}
    estimator = classifier(**settings).fit(X, container(SOME_INDICATOR))
    assert issparse(estimator.predict(X)) == (container is csr_array)
    plan = classifier(**settings)._plan(
        FitCall(X, SOME_INDICATOR, None), estimator._training_state.seed
    )
    logits, reconstruction = (t.detach().numpy() for t in plan.build({})(torch.from_numpy(X)))
    logits, y = logits[~UNLABELED], INDICATOR[~UNLABELED]
    predicted = np.logaddexp(0, np.where(y, -logits, logits)).sum(1).mean()
    reconstructed = np.square(reconstruction - X).mean()
    values = {name: value[0] for name, value in estimator.history_.items()}
    assert values["loss_prediction"] == pytest.approx(predicted)
    assert values["loss_reconstruction"] == pytest.approx(reconstructed)
    assert values["accuracy"] == pytest.approx(((logits > 0) == y).all(1).mean())


def test_multilabel_rows_for_validation_are_labeled_ones():
    estimator = classifier(unlabeled_value=-1, early_stopping=True, validation_fraction=0.25)
    plan = estimator._plan(FitCall(X, SOME_INDICATOR, None), seed=0)
    assert plan.validation.y.shape == (10, 4)
    assert (plan.data.weight > 0).sum(0).tolist() == [30, 50]


PARTLY = [
    (regressor(), SOME_NUMBERS, np.nan),
    (regressor(unlabeled_value=-999), np.where(UNLABELED[:, None], -999, NUMBERS), -999),
    (classifier(unlabeled_value=-1), SOME_INDICATOR, -1),
]


@pytest.mark.parametrize(("estimator", "y", "marker"), PARTLY, ids=["nan", "number", "multilabel"])
def test_a_row_has_all_of_its_labels_or_none(estimator, y, marker):
    y = y.copy()
    y[7, 0] = marker
    words = (
        rf"y of {type(estimator).__name__}.fit must have unlabeled_value={marker} in all .* row 7"
    )
    with pytest.raises(ValueError, match=words):
        estimator.fit(X, y)


def test_rows_whose_labels_are_all_0_may_be_the_marked_ones():
    y = np.where(UNLABELED[:, None], 0, np.maximum(INDICATOR, [1, 0, 0, 0]))
    estimator = classifier(unlabeled_value=0).fit(X, y)
    assert same_weights(
        estimator, classifier(unlabeled_value=-1).fit(X, np.where(UNLABELED[:, None], -1, y))
    )


@pytest.mark.parametrize(
    ("estimator", "y"),
    [
        (classifier(), np.where(UNLABELED, np.nan, CLASSES)),
        (classifier(unlabeled_value=-1), np.array(marked(None, LABELS), dtype=object)),
        (regressor(unlabeled_value=-999), SOME_NUMBERS),
    ],
)
def test_a_missing_label_that_nobody_spoke_of_is_refused(estimator, y):
    with pytest.raises(ValueError, match=r"y of .* NaN or .* in row 0.* unlabeled_value=np\.nan"):
        estimator.fit(X, y)


@pytest.mark.parametrize("marker", [[-1, -2], np.array([-1])])
def test_a_marker_is_one_value(marker):
    with pytest.raises(
        ValueError, match="'unlabeled_value' parameter of JointAEClassifier must be"
    ):
        classifier(unlabeled_value=marker).fit(X, SOME)


@pytest.mark.parametrize("argument", ["y", "y_val"])
def test_some_row_of_each_part_must_have_a_label(argument):
    given = {"y": SOME, "X_val": X, "y_val": SOME} | {argument: np.full(60, -1)}
    with pytest.raises(ValueError, match=f"all of {argument} is unlabeled_value=-1"):
        classifier(unlabeled_value=-1).fit(X, **given)


def test_a_marker_is_no_class_of_partial_fit():
    given = classifier(unlabeled_value=-1).partial_fit(X, SOME, classes=np.unique(SOME))
    assert given.classes_.tolist() == [0, 1, 2]
    others = classifier(unlabeled_value=-1).partial_fit(X, SOME, classes=[0, 1, 2])
    assert same_weights(given, others)


@pytest.mark.parametrize("weight", [None, rng.uniform(size=60)], ids=["alike", "weighted"])
def test_a_score_is_that_of_the_rows_with_a_label(weight):
    known = None if weight is None else weight[~UNLABELED]
    for estimator, y, metric in [
        (classifier(unlabeled_value=-1), SOME, accuracy_score),
        (classifier(unlabeled_value=-1), SOME_INDICATOR, accuracy_score),
        (regressor(), SOME_NUMBERS, r2_score),
    ]:
        fitted = estimator.fit(X, y)
        expected = metric(y[~UNLABELED], fitted.predict(X[~UNLABELED]), sample_weight=known)
        assert fitted.score(X, y, sample_weight=weight) == pytest.approx(expected)


def test_a_score_needs_a_label():
    with pytest.raises(ValueError, match=r"JointAEClassifier\.score requires labeled samples"):
        classifier(unlabeled_value=-1).fit(X, SOME).score(X, np.full(60, -1))


@pytest.mark.parametrize(
    "class_weight", ["balanced", {0: 0.5, 1: 2.0, 2: 7.0}], ids=["balanced", "dict"]
)
def test_weights_of_classes_are_those_of_the_labeled_rows_alone(class_weight):
    y, weight = (
        np.where(UNLABELED, -1, np.where(np.arange(60) < 40, 0, CLASSES)),
        rng.uniform(size=60),
    )
    plan = classifier(unlabeled_value=-1, class_weight=class_weight, dtype="float64")._plan(
        FitCall(X, y, weight), seed=0
    )
    if class_weight == "balanced":
        sums = [weight[y == k].sum() for k in range(3)]
        class_weight = {k: sum(sums) / (3 * each) for k, each in enumerate(sums)}
    factors = [0.0 if label == -1 else class_weight[label] for label in y.tolist()]
    of_labels, known = weight * factors, weight * ~UNLABELED
    np.testing.assert_allclose(plan.data.weight[:, 0], of_labels / of_labels.mean())
    np.testing.assert_allclose(plan.data.weight[:, 1], weight / weight.mean())
    np.testing.assert_allclose(plan.data.sample_weight[:, 0], known / known.max())


def test_a_validation_split_has_labeled_rows_of_each_class_in_their_shares():
    y = np.where(np.arange(600) % 3 == 0, -1, np.where(np.arange(600) % 10 == 1, 1, 0))
    rows = np.arange(600.0)[:, None]
    estimator = classifier(unlabeled_value=-1, early_stopping=True, validation_fraction=0.25)
    plan = estimator._plan(FitCall(rows, y, None), seed=1)
    held_out = plan.validation.x[:, 0].numpy().astype(int)
    trained = plan.data.x[:, 0].numpy().astype(int)
    assert sorted([*held_out, *trained]) == list(range(600))
    assert (y[held_out] >= 0).all()
    assert len(held_out) == 100
    assert y[held_out].sum() == 10


@pytest.mark.parametrize(
    ("estimator", "y"),
    [
        (classifier(unlabeled_value=-1), CLASSES),
        (classifier(beta=0), CLASSES),
        (regressor(beta=0), NUMBERS),
        (regressor(unlabeled_value=-999), NUMBERS),
    ],
)
def test_warnings_point_at_the_line_that_fits(estimator, y):
    with pytest.warns(UserWarning, match="JointAE") as warned:
        estimator.fit(X, y)
    (warning,) = (w for w in warned if w.category is UserWarning)
    assert warning.filename == __file__


def test_a_warning_of_a_marker_names_the_classes_that_were_found():
    with pytest.warns(
        UserWarning, match=r"=-1 in y, so .* labeled, with the classes \['-1', 'a', 'b', 'c'\]"
    ):
        classifier(unlabeled_value=-1).fit(X, marked("-1", LABELS))


def test_beta_0_and_a_marker_that_no_row_carries_are_two_warnings():
    with pytest.warns(UserWarning, match="JointAE") as warned:
        classifier(beta=0, unlabeled_value=-1).fit(X, CLASSES)
    assert [w.category for w in warned].count(UserWarning) == 2
