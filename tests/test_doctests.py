"""The examples in docstrings run and print what they say."""

import doctest
import importlib
import pkgutil

import pytest

import sklearn_deep

pytestmark = pytest.mark.filterwarnings(
    "error::sklearn_deep.ScaleWarning", "error::sklearn.exceptions.ConvergenceWarning"
)

MODULES = [m.name for m in pkgutil.walk_packages(sklearn_deep.__path__, "sklearn_deep.")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_docstrings_run(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_examples():
    modules = map(importlib.import_module, MODULES)
    finder = doctest.DocTestFinder(exclude_empty=True)
    assert sum(bool(test.examples) for m in modules for test in finder.find(m)) >= 7
