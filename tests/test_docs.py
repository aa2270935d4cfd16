"""The API reference has every public name."""

import importlib
import re
import sys
from pathlib import Path

import pytest
from sklearn import neural_network
from skorch import NeuralNetClassifier

from sklearn_deep import MLPClassifier, MLPRegressor, inspection
from sklearn_deep._compat import sklearn_doc_links as doc_links
from sklearn_deep._compat.sklearn_doc_links import LinksToDocs

DOCS = Path(__file__).parent.parent / "docs"


@pytest.fixture
def public_names(monkeypatch):
    """Return the module of the documentation that collects names."""
    monkeypatch.syspath_prepend(DOCS / "_build_steps")
    monkeypatch.delitem(sys.modules, "public_names", raising=False)
    return importlib.import_module("public_names")


def test_the_page_of_the_reference_has_every_public_package(public_names):
    listed = re.findall(
        r"^   (sklearn_deep[.\w]*)$", (DOCS / "api" / "index.rst").read_text(), re.M
    )
    assert sorted(listed) == sorted(public_names.packages())


def test_the_reference_has_every_name_of_a_package_once(public_names):
    for package, kinds in public_names.by_package().items():
        found = [name.rpartition(".")[2] for names in kinds.values() for name in names]
        assert sorted(found) == sorted(importlib.import_module(package).__all__), package


def test_the_reference_has_every_method_that_this_library_defines(public_names):
    methods = public_names.methods()["sklearn_deep.MLPClassifier"]
    assert {"fit", "partial_fit", "predict_proba", "from_sklearn"} <= set(methods["own"])
    assert ("get_params", "sklearn.base.BaseEstimator") in methods["inherited"]


@pytest.mark.parametrize("package", ["", ".ensemble", ".model_selection", ".preprocessing"])
def test_an_estimator_links_to_its_page_of_the_reference(package, public_names, monkeypatch):
    package = f"sklearn_deep{package}"
    estimators = {
        name: cls
        for name in public_names.by_package()[package]["classes"]
        if issubclass(cls := getattr(importlib.import_module(package), name), LinksToDocs)
    }
    assert estimators
    for name, cls in estimators.items():
        estimator = object.__new__(cls)
        monkeypatch.setattr(doc_links, "documentation_address", lambda: None)
        assert estimator._get_doc_link() == ""
        monkeypatch.setattr(doc_links, "documentation_address", lambda: "https://x.org")
        link = estimator._get_doc_link()
        assert link == f"https://x.org/api/generated/{package}.{name}.html"


def test_the_html_of_an_estimator_has_the_link(monkeypatch):
    assert "Documentation for MLPClassifier" not in MLPClassifier()._repr_html_()
    monkeypatch.setattr(doc_links, "documentation_address", lambda: "https://x.org")
    assert 'href="https://x.org/api/generated/sklearn_deep.MLPClassifier.html"' in (
        MLPClassifier()._repr_html_()
    )


def test_the_address_is_that_of_the_package(monkeypatch):
    from email.message import Message

    named = Message()
    named["Project-URL"] = "Source, https://x.org/source"
    named["Project-URL"] = "Documentation, https://x.org/docs/"
    monkeypatch.setattr(doc_links, "metadata", lambda name: named)
    doc_links.documentation_address.cache_clear()
    assert doc_links.documentation_address() == "https://x.org/docs"
    doc_links.documentation_address.cache_clear()


def test_the_chart_of_speed_shows_the_recorded_figures(monkeypatch):
    monkeypatch.syspath_prepend(DOCS.parent / "benchmarks")
    chart = importlib.import_module("speed_chart")
    recorded = [f"{ratio:g}" for ratios in chart.figures().values() for ratio in ratios]
    assert re.findall(r">([\d.]+)×<", chart.CHART.read_text()) == recorded


def test_the_page_of_benchmarks_opens_with_the_recorded_figures(monkeypatch):
    monkeypatch.syspath_prepend(DOCS.parent / "benchmarks")
    ratios = importlib.import_module("speed_chart").figures()
    fit, skorch, search = ([f"{ratio:g}" for ratio in panel] for panel in ratios.values())
    opening = (DOCS / "benchmarks.md").read_text()
    words = re.findall(r"([\d.]+) to ([\d.]+) times", opening.replace("\n", " "))
    assert words == [(panel[0], panel[-1]) for panel in (fit, search, skorch)]
    described = re.search(r"!\[(.*?)\]", opening)[1]
    assert re.findall(r"\d[\d.]*(?=[,.])", described) == [*fit, *skorch, *search]


def table_of(section):
    """Return the first two cells of each row of a table in the guide to moving."""
    text = (DOCS / "guide" / "moving.md").read_text().split(f"\n## From {section}\n")[1]
    rows = [line.split("|") for line in text.split("\n## ")[0].splitlines() if line[:3] == "| `"]
    assert rows
    return [(cells[1], cells[2]) for cells in rows]


@pytest.mark.parametrize(
    ("section", "theirs"),
    [
        ("scikit-learn's MLP", neural_network.MLPClassifier()),
        ("scikit-learn's MLP", neural_network.MLPRegressor()),
        ("skorch", NeuralNetClassifier(None)),
    ],
)
def test_the_guide_to_moving_has_every_parameter_of_the_other_library(section, theirs):
    known = {name for cell, _ in table_of(section) for name in re.findall(r"`(\w+)", cell)}
    parameters = {name for name in theirs.get_params(deep=False) if not name.startswith("_")}
    assert parameters <= known


@pytest.mark.parametrize("section", ["scikit-learn's MLP", "skorch", "Keras"])
def test_the_guide_to_moving_leads_to_parameters_that_exist(section):
    exist = {*MLPClassifier().get_params(), *MLPRegressor().get_params()}
    named = {n for _, cell in table_of(section) for n in re.findall(r"`(\w+[a-z0-9])(?:=|`)", cell)}
    assert {name.split("__")[0] for name in named} <= exist | {
        "clip_norm",  # of optimizers
        "sample_weight",  # of fit
        *("predict_proba", "pickle", "joblib"),
    }


def test_the_gallery_shows_every_display():
    text = (DOCS / "guide" / "display_gallery.md").read_text()
    shown = re.findall(r"`(\w+)`\]\([^)]*\)\n\n\[!\[[^\]]+\]\(([^)]*)\)", text)
    assert [name for name, _ in shown] == re.findall(r"`(\w+Display)`", text)
    assert {name for name, _ in shown} == {n for n in inspection.__all__ if n.endswith("Display")}
    assert all((DOCS / "guide" / picture).exists() for _, picture in shown)


@pytest.mark.parametrize("folder", [DOCS, DOCS / "guide"], ids=["site", "guide"])
def test_an_index_lists_every_page_of_its_folder(folder):
    text = (folder / "index.md").read_text()
    pages = {page.stem for page in folder.glob("*.md")} - {"index"}
    listed = set(re.findall(r"^([a-z_]+)$", text, re.M))
    assert pages == listed
    linked = set(re.findall(r"\]\(([a-z_]+)\.md", text))
    assert pages <= linked
