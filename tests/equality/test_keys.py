"""Keys are equal for bit-identical values, and unknown for values that cannot be compared."""

import copy
import functools
import pickle
import random
import threading
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch
from scipy.sparse import csr_matrix
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from sklearn_deep import MLPClassifier
from sklearn_deep._equality.key import Key
from sklearn_deep.optimizers import Adam


class Slotted:
    __slots__ = ("value",)

    def __init__(self, value):
        self.value = value


class Named(dict):
    """A dict with an additional attribute."""


def plain(x):
    return np.log(x) + len(DIFFERENT)


def set_outside():
    scaler = StandardScaler()
    scaler.set_by_hand = 3
    return scaler


def in_fortran_order(array):
    return np.asfortranarray(array)


SQUARE = np.arange(4.0).reshape(2, 2)
DIFFERENT = [
    *(None, 1, True, 1.0, 0.0, -0.0, np.nan, 1j, "1", b"1", np.float64(1), np.float32(1)),
    *((1,), [1], {1}, frozenset([1]), {"a": 1}, Named(a=1), Named(a=2), range(3), slice(1, 2)),
    *(plain, lambda x: x, lambda x: x, len, np.log, np.mean, str.lower, StandardScaler),
    *(functools.partial(plain, 1), functools.partial(plain, 1.0), StandardScaler().fit),
    *(Slotted(1), Slotted(2), SimpleNamespace(a=1), SimpleNamespace(a=2)),
    *(np.arange(3), np.arange(3.0), SQUARE, SQUARE.T, in_fortran_order(SQUARE), SQUARE[:1]),
    *(np.array(["a"]), np.array(["a"], object), np.array([]), np.array("2020", "M8[D]")),
    *(csr_matrix(SQUARE), pd.Series([1]), pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [1.0]})),
    *(torch.ones(2), torch.nn.ReLU(), torch.nn.PReLU(), torch.nn.LeakyReLU(0.2)),
    *(np.random.RandomState(0), np.random.RandomState(1), np.random.default_rng(0)),
    *(StandardScaler(), StandardScaler(with_mean=False), set_outside()),
    StandardScaler().set_output(transform="pandas"),
    StandardScaler().set_output(transform="default"),
    StandardScaler().fit(SQUARE),
    make_pipeline(StandardScaler()),
    make_pipeline(StandardScaler(with_std=False)),
    FunctionTransformer(np.log, np.exp),
    FunctionTransformer(np.log, np.exp, check_inverse=False),
    TransformedTargetRegressor(Ridge()),
    TransformedTargetRegressor(Ridge(), func=np.log, inverse_func=np.exp),
    TransformedTargetRegressor(Ridge(), transformer=StandardScaler()),
    *(
        MLPClassifier(),
        MLPClassifier(optimizer=Adam()),
        MLPClassifier(optimizer=Adam(epsilon=1e-3)),
    ),
    MLPClassifier(random_state=np.random.RandomState(3)),
]


def draws_from_a_global(x):
    return GENERATOR.normal() + x


def calls_another(x):
    return draws_from_a_global(x)


def draws_from_a_default(x, generator=np.random.default_rng(0)):  # noqa: B008
    return generator.normal() + x


def drawing_from_its_closure():
    generator = random.Random(0)
    return lambda x: generator.random() + x


class OpenFile:
    def __getstate__(self):
        raise TypeError("it holds a file")


GENERATOR = np.random.default_rng(0)
CIRCLE = []
CIRCLE.append(CIRCLE)
INCOMPARABLE = [
    *(threading.Lock(), OpenFile(), CIRCLE, [].append),
    *(draws_from_a_global, calls_another, draws_from_a_default, drawing_from_its_closure()),
]


def test_different_things_have_different_keys():
    keys = [Key(thing) for thing in DIFFERENT]
    assert all(key.is_known for key in keys)
    same = [
        (DIFFERENT[i], DIFFERENT[j])
        for i in range(len(keys))
        for j in range(i)
        if keys[i] == keys[j]
    ]
    assert not same


@pytest.mark.parametrize("wrap", [lambda x: x, lambda x: [x], lambda x: {"a": (x,)}])
def test_a_copy_has_the_key_of_the_original(wrap):
    for thing in map(wrap, DIFFERENT):
        assert Key(copy.deepcopy(thing)) == Key(thing), thing


@pytest.mark.parametrize("thing", INCOMPARABLE, ids=lambda thing: type(thing).__name__)
def test_what_cannot_be_compared_equals_nothing_at_any_depth(thing):
    wraps = [
        lambda x: x,
        lambda x: (None, x),
        lambda x: {"a": [x]},
        lambda x: SimpleNamespace(x=x),
        lambda x: FunctionTransformer(kw_args={"x": x}),
        lambda x: functools.partial(plain, x),
        lambda x: Key("before", Key(x)),
    ]
    for wrap in wraps:
        first, second = Key(wrap(thing), "target"), Key(wrap(thing), "target")
        assert not first.is_known
        assert first != second
        assert first == first  # noqa: PLR0124 - as a key of a dict it is found again
        with pytest.raises(TypeError, match="outside its process"):
            pickle.dumps(first)


def test_a_key_made_of_keys_is_equal_where_they_are():
    assert Key("a", Key(1, [2])) == Key("a", Key(1, [2]))
    assert Key("a", Key(1, [2])) != Key("a", Key(1, [3]))
    assert len({Key("a", Key(1)), Key("a", Key(1)), Key("a", Key(2))}) == 2


def test_a_known_key_can_be_read_from_a_file():
    key = Key("a", StandardScaler(), SQUARE, Key(plain))
    assert pickle.loads(pickle.dumps(key)) == key
