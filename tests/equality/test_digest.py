"""Digests are equal in all processes for equal computations, and differ if any code differs."""

import sys
from functools import partial
from importlib import import_module, invalidate_caches
from runpy import run_path

import numpy as np
import pytest
import torch
from scipy.sparse import csc_matrix
from scipy.stats import loguniform
from sklearn.base import BaseEstimator, clone
from sklearn.metrics import make_scorer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from sklearn_deep import MLPClassifier
from sklearn_deep._equality.digest import Digest, UnknownValueError
from sklearn_deep.model_selection import hidden_layers
from sklearn_deep.penalties import L1L2, Penalty
from sklearn_deep.plugins import register
from tests._support.for_all import for_all

SOURCE = '''
import functools
import math
import other
from dataclasses import dataclass
import numpy as np
from sklearn.base import BaseEstimator

POWER = 3
TABLE = {"a": [1, 2]}

def helper(A, scale=2, *, shift=5):
    """Say what it does."""
    return A * scale + shift

def features(A):
    if POWER > 9:
        return features(A[1:])
    return helper(A) ** POWER + TABLE["a"][0] + other.used(A) + math.sqrt(16)

def through_attribute(A):
    return getattr(other, "named")(A)

def through_import(A):
    from other import named as f
    return f(A)

def outer(n):
    def inner(A):
        return [helper(a) + n for a in A]
    return inner

closed = outer(7)
method = outer

@functools.lru_cache
def cached(n):
    return n + 17

@functools.wraps(features)
def wrapped(*args):
    return cached(19) * features(*args)

class Base:
    LIMIT = 23

    @property
    def limit(self):
        return self.LIMIT

    @staticmethod
    def fixed(A):
        return A - 29

class Mine(Base, BaseEstimator):
    def __init__(self, C=31):
        self.C = C

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return super().fixed(X) * self.limit - 37

@dataclass
class Field:
    width: float = 41

    def __call__(self, X):
        return X / self.width

instance = Field()
'''
OTHER = """
def used(A):
    return deeper(A) + 43

def deeper(A):
    return A + 47

def named(A):
    return A + 53

def unused(A):
    return A + 59
"""


@pytest.fixture
def digests(tmp_path, monkeypatch):
    """Return a function that digests the contents of user-defined modules, by name."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def digests(source=SOURCE, other=OTHER):
        for name, text in (("mine", source), ("other", other)):
            (tmp_path / f"{name}.py").write_text(text)
            monkeypatch.delitem(sys.modules, name, raising=False)
        invalidate_caches()
        mine = import_module("mine")
        digest = Digest()
        found = (
            "features",
            "through_attribute",
            "through_import",
            "closed",
            "wrapped",
            "Mine",
            "instance",
        )
        return {name: digest(getattr(mine, name)) for name in found}

    yield digests
    for name in ("mine", "other"):
        sys.modules.pop(name, None)


FEATURES = {"features", "wrapped"}
EDITS = {
    "a constant of a helper's default": ("scale=2", "scale=4", FEATURES | {"closed"}),
    "a default by keyword": ("shift=5", "shift=6", FEATURES | {"closed"}),
    "an operator": ("A * scale", "A / scale", FEATURES | {"closed"}),
    "the arguments": ("scale=2, *, shift", "scale=2, shift", FEATURES | {"closed"}),
    "a global number": ("POWER = 3", "POWER = 4", FEATURES),
    "inside a global container": ("[1, 2]", "[3, 2]", FEATURES),
    "a library's function": ("math.sqrt(16)", "math.log(16)", FEATURES),
    "what a closure holds": ("outer(7)", "outer(8)", {"closed"}),
    "a nested function": ("helper(a) + n", "helper(a) - n", {"closed"}),
    "behind a cache": ("n + 17", "n + 18", {"wrapped"}),
    "in a wrapper": ("cached(19)", "cached(20)", {"wrapped"}),
    "an attribute of a base class": ("LIMIT = 23", "LIMIT = 24", {"Mine"}),
    "a property": ("self.LIMIT", "-self.LIMIT", {"Mine"}),
    "a static method": ("A - 29", "A - 30", {"Mine"}),
    "a method": ("limit - 37", "limit - 38", {"Mine"}),
    "a default of a class": ("C=31", "C=32", {"Mine"}),
    "the bases": ("Mine(Base, BaseEstimator)", "Mine(BaseEstimator, Base)", {"Mine"}),
    "a field of a callable instance": ("float = 41", "float = 42", {"instance"}),
    "its call": ("X / self.width", "X * self.width", {"instance"}),
    "what a module's function calls": ("A + 47", "A + 48", FEATURES),
    "what getattr finds": ("A + 53", "A + 54", {"through_attribute", "through_import"}),
}


@for_all("edit", EDITS)
def test_an_edit_changes_what_it_can_act_on_and_nothing_else(edit, digests):
    old, new, changed = EDITS[edit]
    assert (SOURCE + OTHER).count(old) == 1
    before, after = digests(), digests(SOURCE.replace(old, new), OTHER.replace(old, new))
    assert {name for name in before if before[name] != after[name]} == changed


@pytest.mark.parametrize(
    ("source", "other"),
    [
        ("\n\n# moved\n" + SOURCE, OTHER),
        (SOURCE.replace("Say what it does.", "Say it in other words."), OTHER),
        (SOURCE.replace("    return A - 29", "\n\n        # why\n        return A - 29"), OTHER),
        (SOURCE, OTHER.replace("A + 59", "A + 60")),
    ],
    ids=["lines", "docstring", "comment", "what is not used"],
)
def test_what_computes_the_same_is_the_same(source, other, digests):
    assert digests(source, other) == digests()


def test_where_code_is_written_does_not_count(digests, tmp_path):
    before = digests()
    script = "\nfrom sklearn_deep._equality.digest import Digest\nDIGEST = Digest()\nFOUND = ["
    script += ",".join(f"DIGEST({name})" for name in before) + "]"
    (tmp_path / "as_script.py").write_text(SOURCE + script)
    found = run_path(str(tmp_path / "as_script.py"), run_name="__main__")["FOUND"]
    assert found == list(before.values())


class Registered(Penalty):
    def penalty(self, weight):
        return weight.abs().sum()


def of_pairs(make):
    """Return functions that differ only in their code."""
    return [make(lambda A: A + 1), make(lambda A: A - 1)]


class Held:
    def __init__(self, function):
        self.function = function

    def method(self, A):
        return self.function(A)


DIFFERENT = {
    "lambdas": of_pairs(lambda f: f),
    "partials": of_pairs(lambda f: partial(f, 1)),
    "arguments of partials": [partial(np.add, 1), partial(np.add, 2)],
    "methods": of_pairs(lambda f: Held(f).method),
    "steps": of_pairs(lambda f: make_pipeline(FunctionTransformer(f), StandardScaler())),
    "scorers": of_pairs(make_scorer),
    "containers": of_pairs(lambda f: {"a": [(f,)]}),
    "vectorized": of_pairs(np.vectorize),
    "distributions": [loguniform(1, 2), loguniform(1, 3)],
    "kinds of numbers": [1, 1.0, True, "1", np.int64(1), np.float64(1), b"1", None],
    "arrays": [np.zeros(3), np.zeros(3, "f4"), np.zeros((3, 1)), np.array([0, 0, 1.0])],
    "objects": [np.array(["a", None], object), np.array(["a", "b"], object)],
    "tensors": [
        torch.zeros(2),
        torch.zeros(2, 1),
        torch.zeros(2, dtype=torch.float64),
        torch.ones(2),
    ],
    "sparse": [csc_matrix(np.eye(2)), csc_matrix(np.ones((2, 2))), csc_matrix(2 * np.eye(2))],
    "order": [(1, 2), (2, 1), [1, 2], {1, 2}],
    "numbers of a plug-in": [L1L2(l1=0.1), L1L2(l1=0.2)],
    "layers": [hidden_layers(), hidden_layers(n_layers=(1, 7))],
    "containers of transformers": [
        StandardScaler(),
        StandardScaler().set_output(transform="pandas"),
    ],
}


@for_all("case", DIFFERENT)
def test_what_differs_has_another_digest(case):
    found = list(map(Digest(), DIFFERENT[case]))
    assert len(set(found)) == len(found)
    assert list(map(Digest(), DIFFERENT[case])) == found


def test_a_name_stands_for_what_was_registered():
    unknown = Digest()("theirs")
    register("penalties", "theirs", Registered)
    first = Digest()("theirs")
    Registered.penalty = lambda self, weight: weight.square().sum()
    assert len({unknown, first, Digest()("theirs")}) == 3


def test_use_leaves_no_trace():
    space, source = loguniform(1, 2), np.random.RandomState(0)
    network = MLPClassifier((2,), max_epochs=1, penalty=L1L2(), random_state=0)
    before = Digest()(network), Digest()(space), Digest()(L1L2)
    space.rvs(random_state=source)
    np.random.rand()  # noqa: NPY002 - distributions of scipy's hold the global generator
    network.fit(np.eye(4), [0, 1, 0, 1])
    assert (Digest()(clone(network)), Digest()(space), Digest()(L1L2)) == before


def test_state_counts_where_it_is_used():
    X = np.arange(6.0).reshape(3, 2)
    transforms = [StandardScaler().fit(X * k).transform for k in (1, 2)]
    first, second = (FunctionTransformer(lambda A, t=t: t(A)) for t in transforms)
    assert Digest()(first) != Digest()(second)


@pytest.mark.parametrize(
    "value", [(i for i in ()), {"a": [iter(open)] if False else (j for j in ())}]
)
def test_what_cannot_be_looked_into_is_an_error(value):
    with pytest.raises(UnknownValueError, match="generator"):
        Digest()(value)


class Recursive(BaseEstimator):
    def __init__(self, other=None):
        self.other = other


def test_cycles_end():
    first = Recursive()
    first.other = second = Recursive(first)
    items = [first]
    items.append(items)
    assert Digest()(items) == Digest()(items)
    assert Digest()(first) == Digest()(second)
