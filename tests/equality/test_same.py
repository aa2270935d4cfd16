"""Equal values of a parameter are recognized, whatever their type."""

import copy

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deep._equality.same import same
from sklearn_deep.optimizers import Adam
from tests._support.for_all import for_all


def halve(z):
    return z / 2


VALUES = [
    1,
    0.5,
    "relu",
    None,
    True,
    float("nan"),
    (32, 16),
    (32,),
    [0.5, None],
    {"a": np.arange(2)},
    np.arange(3),
    np.arange(3.0),
    np.array([[1, np.nan]]),
    np.array(["a", None], dtype=object),
    Adam(beta_1=0.8),
    Adam(),
    make_pipeline(StandardScaler(), LogisticRegression(C=2)),
    make_pipeline(StandardScaler(), LogisticRegression(C=3)),
    LogisticRegression,
    halve,
]


@for_all("position", range(len(VALUES)))
def test_a_value_is_the_same_as_its_copy_and_as_no_other(position):
    values = copy.deepcopy(VALUES)
    assert [same(VALUES[position], v) for v in values] == [
        index == position for index in range(len(VALUES))
    ]


def test_numbers_of_all_libraries_are_numbers():
    assert same(1, np.int64(1))
    assert same(0.5, np.float64(0.5))
    assert same(np.True_, True)
    assert same(float("nan"), np.nan)


def test_false_is_not_zero():
    assert not same(False, 0)
    assert not same(1.0, np.True_)


def test_what_gives_no_truth_value_is_the_same_as_itself_alone():
    frame = pd.DataFrame({"a": [1, 2]})
    assert same(frame, frame)
    assert not same(frame, frame.copy())
