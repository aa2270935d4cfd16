"""The API reference has every public name."""

import importlib
import pkgutil
import re
import sys
from pathlib import Path

import pytest

import sklearn_deep

DOCS = Path(__file__).parent.parent / "docs"
# Packages that the reference leaves out: estimators come through the top, networks are plain modules.
INNER = {"estimators", "networks", "training"}
PUBLIC = [
    "sklearn_deep",
    *(
        f"sklearn_deep.{module.name}"
        for module in pkgutil.iter_modules(sklearn_deep.__path__)
        if not module.name.startswith("_") and module.name not in INNER
    ),
]


@pytest.fixture
def public_names(monkeypatch):
    """Return the module of the documentation that collects names."""
    monkeypatch.syspath_prepend(DOCS / "_build_steps")
    monkeypatch.delitem(sys.modules, "public_names", raising=False)
    return importlib.import_module("public_names")


def test_the_page_of_the_reference_has_every_public_package():
    listed = re.findall(
        r"^   (sklearn_deep[.\w]*)$", (DOCS / "api" / "index.rst").read_text(), re.M
    )
    assert sorted(listed) == sorted(PUBLIC)


@pytest.mark.parametrize("package", PUBLIC)
def test_the_reference_has_every_name_of_a_package_once(package, public_names):
    kinds = public_names.by_package()[package]
    found = [name.rpartition(".")[2] for names in kinds.values() for name in names]
    assert sorted(found) == sorted(getattr(importlib.import_module(package), "__all__", []))


def test_the_reference_has_every_method_that_this_library_defines(public_names):
    methods = public_names.methods()["sklearn_deep.MLPClassifier"]
    assert {"fit", "partial_fit", "predict_proba", "from_sklearn"} <= set(methods["own"])
    assert "get_params" in methods["inherited"]
