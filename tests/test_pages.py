"""The Python blocks of pages run, print what their pages show, and draw the pictures."""

import importlib
import re
import sys
import warnings
from pathlib import Path

import pytest
from sklearn.exceptions import ConvergenceWarning

from sklearn_deep import ScaleWarning
from sklearn_deep.plugins import _registry

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "docs" / "_build_steps"))
page_examples = importlib.import_module("page_examples")
sys.path.pop(0)

PAGES = page_examples.pages()


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_every_example_runs_prints_and_draws_what_its_page_shows(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    # Names that a page registers are its own.
    entries = {family: dict(known) for family, known in _registry._ENTRIES.items()}
    monkeypatch.setattr(_registry, "_ENTRIES", entries)
    names = {"__name__": "__main__"}
    for example in page_examples.EXAMPLE.finditer((ROOT / page).read_text()):
        with warnings.catch_warnings():
            warnings.simplefilter("error", ScaleWarning)
            if "ConvergenceWarning" not in example["code"]:  # Else the page says that it comes.
                warnings.simplefilter("error", ConvergenceWarning)
            printed, figures = page_examples.run(example, page, names)
        if example["output"] is not None:
            assert page_examples.shows(example, printed), printed
        pictures = page_examples.pictures_of(example)
        assert not pictures or len(pictures) == len(figures), example["code"]


def test_there_are_pages_with_examples():
    assert len(PAGES) >= 12


@pytest.mark.parametrize(
    ("expected", "printed", "agree"),
    [
        ("accuracy 0.95\n", "accuracy  0.96", True),
        ("accuracy 0.95", "accuracy 0.8", False),
        ("accuracy 0.95", "score 0.95", False),
        ("loss 1e-3 [ 1.  -20]", "loss 0.0014\n[1. -21]", True),
        ("loss 1e-3", "loss 0.01", False),
        ("(32, 16)", "(32, 16, 8)", False),
        ("fit in ... s\n3 of 3", "fit in 0.2 s\n3 of 3", True),
        ("fit in ... s\n3 of 3", "fit in 0.2 s\n1 of 3", False),
        ("h1 is healthy", "h2 is healthy", False),
        ("", "surprise", False),
    ],
)
def test_an_output_agrees_if_its_words_are_equal_and_its_numbers_close(expected, printed, agree):
    assert page_examples.agrees(expected, printed) is agree


def test_every_picture_of_a_page_says_in_words_what_it_shows():
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "docs").glob("guide/*.md")]
    short = [
        (str(page.relative_to(ROOT)), words)
        for page in pages
        for words in re.findall(r"!\[([^\]]*)\]", page.read_text())
        if len(words.split()) < 4
    ]
    assert not short
