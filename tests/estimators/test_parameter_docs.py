"""Estimators describe shared parameters in the same words."""

import inspect
from collections import defaultdict

import pytest
from numpydoc.docscrape import NumpyDocString

import sklearn_deep

TASKS = {
    "MLPClassifier": "classes",
    "JointAEClassifier": "classes",
    "MLPRegressor": "numbers",
    "JointAERegressor": "numbers",
    "AutoencoderTransformer": "reconstruction",
    "AutoencoderOutlierDetector": "reconstruction",
}
ONE_WORDING_PER_TASK = {
    "loss": "the registered losses differ",
    "n_components": "the default is 2 without a head and 32 with one",
    "unlabeled_value": "a label or a number, with another default",
    "y": "labels, numbers, or ignored",
    "y_val": "labels or numbers",
}
ONE_WORDING_PER_FAMILY = {
    "learning_rate": "the default is 3e-3 or 1e-3",
    "schedule": 'the default is "auto" or None',
    "early_stopping": 'the default is "auto" or "convergence"',
}
ONE_WORDING_PER_CLASS = {"history_": "its keys differ"}


def wordings(section, method):
    """Return, for each name and its estimators, the set of descriptions."""
    found = defaultdict(set)
    for owner, task in TASKS.items():
        described = getattr(sklearn_deep, owner)
        if method and not hasattr(described, method):
            continue  # a detector has no partial_fit
        described = getattr(described, method) if method else described
        for entry in NumpyDocString(inspect.getdoc(described))[section]:
            name, sharers = entry.name, "all"
            if name in ONE_WORDING_PER_CLASS:
                sharers = owner
            elif name in ONE_WORDING_PER_FAMILY:
                sharers = owner[:3]
            elif name in ONE_WORDING_PER_TASK:
                sharers = task
            found[name, sharers].add((entry.type, *entry.desc))
    return found


@pytest.mark.parametrize(
    ("section", "method"),
    [
        ("Parameters", None),
        ("Attributes", None),
        ("Parameters", "fit"),
        ("Parameters", "partial_fit"),
    ],
)
def test_what_estimators_share_has_one_wording(section, method):
    found = wordings(section, method)
    assert found
    assert not [name for name, words in found.items() if len(words) > 1]
