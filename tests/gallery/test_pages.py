"""Pages of the gallery follow its form. ``tests/gallery/notebooks.py`` runs them."""

import ast
import re
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests._support.for_all import for_all

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
PAGES = sorted(str(path.relative_to(EXAMPLES)) for path in EXAMPLES.glob("*/plot_*.py"))
FORBIDDEN = ("def main", "__main__", "argparse", "mpl.use", "matplotlib.use", "sys.path")


def test_there_are_pages_in_every_group():
    groups = {Path(page).parent.name for page in PAGES}
    assert groups == {path.parent.name for path in EXAMPLES.glob("*/GALLERY_HEADER.rst")}


@for_all("page", PAGES)
def test_a_page_has_a_title_an_introduction_and_text_after_its_pictures(page):
    source = (EXAMPLES / page).read_text()
    title, line, empty, *introduction = ast.get_docstring(ast.parse(source)).splitlines()
    assert title
    assert line == "=" * len(title)
    assert not empty
    assert " ".join(introduction).strip()
    last_cell = source.split("\n# %%\n")[-1]
    assert not [words for words in last_cell.splitlines() if words and not words.startswith("#")]


@for_all("page", PAGES)
def test_a_page_is_plain_code_that_needs_no_other_file(page):
    source = (EXAMPLES / page).read_text()
    assert not [words for words in FORBIDDEN if words in source]
    imported = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            imported.add(node.module.split(".")[0])
        elif isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
    local = {path.stem for path in EXAMPLES.rglob("*.py")}
    assert not imported & local
    assert not [name for name in imported if name not in sys.modules and find_spec(name) is None]


@for_all("page", PAGES)
def test_the_thumbnail_is_one_of_the_pictures(page):
    source = (EXAMPLES / page).read_text()
    (number,) = re.findall(r"^# sphinx_gallery_thumbnail_number = (\d+)$", source, re.M)
    assert int(number) >= 1


def test_the_gallery_lists_every_page_and_group_once():
    listed = (ROOT / "docs" / "conf.py").read_text()
    names = re.findall(r'"(plot_\w+\.py)"', listed)
    assert sorted(names) == sorted(Path(page).name for page in PAGES)
    groups = re.findall(r'"\.\./examples/(\w+)"', listed)
    assert sorted(groups) == sorted({str(Path(page).parent) for page in PAGES})


def test_the_demo_is_a_script(monkeypatch):
    pytest.importorskip("matplotlib")
    monkeypatch.syspath_prepend(EXAMPLES)
    demo = __import__("demo")
    assert callable(demo.main)
    X, X_test, y, y_test = demo.digits()
    assert (len(X), len(X_test)) == (len(y), len(y_test))
