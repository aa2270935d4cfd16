"""The API pages of estimators show their parameters in groups."""

import importlib
import re
import sys
from pathlib import Path

import pytest
from numpydoc.docscrape_sphinx import SphinxDocString

import sklearn_deep
from sklearn_deep.model_selection import BatchedRandomizedSearchCV

STEPS = Path(__file__).parents[2] / "docs" / "_build_steps"
NAMES = [
    "MLPClassifier",
    "MLPRegressor",
    "AutoencoderTransformer",
    "AutoencoderOutlierDetector",
    "JointAEClassifier",
    "JointAERegressor",
]


@pytest.fixture
def parameter_groups(monkeypatch):
    monkeypatch.syspath_prepend(STEPS)
    monkeypatch.delitem(sys.modules, "parameter_groups", raising=False)
    return importlib.import_module("parameter_groups")


def lines_of(cls):
    return str(SphinxDocString(cls.__doc__, config={"show_class_members": False})).splitlines()


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_is_in_one_group_in_the_words_of_the_docstring(name, parameter_groups):
    cls = getattr(sklearn_deep, name)
    before = lines_of(cls)
    after = list(before)
    parameter_groups.group(None, "class", name, cls, None, after)
    assert ":Parameters:" not in after
    assert sum(line.startswith(":Parameters (") for line in after) >= 6
    fields = re.compile(r":Parameters.*:")
    kept = [[x for x in lines if x and not fields.fullmatch(x)] for lines in (before, after)]
    assert sorted(kept[0]) == sorted(kept[1])


def test_groups_are_those_of_the_page_of_parameters(parameter_groups):
    lines = lines_of(sklearn_deep.JointAEClassifier)
    parameter_groups.group(None, "class", "", None, None, lines)
    at = {line: n for n, line in enumerate(lines) if line.startswith(":Parameters (")}
    assert list(at) == [
        f":Parameters ({title}):"
        for title in (
            "architecture",
            "regularization",
            "loss and targets",
            "training",
            "early stopping",
            "other",
            "autoencoders",
        )
    ]
    beta = next(n for n, line in enumerate(lines) if line.strip().startswith("**beta**"))
    assert beta > at[":Parameters (autoencoders):"]


@pytest.mark.parametrize("what", ["class", "method"])
def test_other_docstrings_stay_as_they_are(what, parameter_groups):
    cls = BatchedRandomizedSearchCV if what == "class" else sklearn_deep.MLPClassifier
    lines = lines_of(cls)
    parameter_groups.group(None, what, "", cls, None, after := list(lines))
    assert after == lines
