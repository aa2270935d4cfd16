"""The examples in docstrings run and print what they say."""

import doctest
import importlib
from pathlib import Path

import pytest

import sklearn_deep

pytestmark = pytest.mark.filterwarnings(
    "error::sklearn_deep.ScaleWarning", "error::sklearn.exceptions.ConvergenceWarning"
)

ROOT = Path(sklearn_deep.__file__).parent
MODULES = [
    ".".join((ROOT.name, *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")
    for path in sorted(ROOT.rglob("*.py"))
    if ">>>" in path.read_text()
]


@pytest.mark.slow
@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_docstrings_run(name):
    found = doctest.testmod(importlib.import_module(name))
    assert found.attempted
    assert not found.failed


def test_there_are_examples():
    assert len(MODULES) >= 20
