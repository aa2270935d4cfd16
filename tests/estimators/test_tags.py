"""The scikit-learn tags of the estimators."""

import pytest
from sklearn.utils import get_tags

from sklearn_deep import MLPClassifier, MLPRegressor
from sklearn_deep.losses import Poisson


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
def test_both_take_sparse_rows_and_need_targets(kind):
    tags = get_tags(kind())
    assert tags.input_tags.sparse
    assert tags.target_tags.required
    assert not tags.input_tags.allow_nan


def test_the_classifier_takes_several_classes_and_several_labels():
    tags = get_tags(MLPClassifier())
    assert tags.estimator_type == "classifier"
    assert tags.classifier_tags.multi_class
    assert tags.classifier_tags.multi_label


def test_the_regressor_takes_several_outputs():
    tags = get_tags(MLPRegressor())
    assert tags.estimator_type == "regressor"
    assert tags.target_tags.multi_output


@pytest.mark.parametrize(
    ("loss", "positive"),
    [("squared_error", False), ("poisson", True), (Poisson(), True), (abs, False), (["x"], False)],
    ids=str,
)
def test_only_the_poisson_loss_needs_positive_targets(loss, positive):
    assert get_tags(MLPRegressor(loss=loss)).target_tags.positive_only is positive
