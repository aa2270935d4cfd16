"""The check of a built site finds each kind of problem."""

import importlib
import sys
from pathlib import Path

import pytest

STEPS = Path(__file__).parents[2] / "docs" / "_build_steps"
SHEET = """
html[data-theme=light]{--pst-gray: #888; --pst-color-background: #fff; --pst-color-surface: #fff;
--pst-color-text-base: #222; --pst-color-text-muted: var(--pst-color-text-base);
--pst-color-link: #0a7d91; --pst-color-inline-code: #912583}
html[data-theme=dark]{--pst-color-background: #111; --pst-color-surface: #222;
--pst-color-text-base: #ddd; --pst-color-text-muted: #ddd;
--pst-color-link: #3fb1c5; --pst-color-inline-code: #f3c7ee}
"""
CODE = '[data-theme="light"] .highlight .k { color: #123456 }\n'


def page(body):
    return f'<html lang="en"><article><h1 id="top-one">T</h1>{body}</article></html>'


@pytest.fixture
def steps(monkeypatch):
    monkeypatch.syspath_prepend(STEPS)
    for name in ("check_site", "contrast", "public_names"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    pytest.importorskip("sphinx")
    return importlib.import_module("check_site")


@pytest.fixture
def site(tmp_path):
    (tmp_path / "guide").mkdir()
    (tmp_path / "guide" / "b.html").write_text(page('<h2 id="there">U</h2>'))
    styles = tmp_path / "_static" / "styles"
    styles.mkdir(parents=True)
    (styles / "pydata-sphinx-theme.css").write_text(SHEET)
    (tmp_path / "_static" / "pygments.css").write_text(CODE)
    return tmp_path


@pytest.mark.parametrize(
    "body",
    [
        '<a href="guide/b.html#there">b</a><a href="#top-one">a</a><a href="#">a</a>',
        '<a href="https://example.org/nowhere">elsewhere</a>',
        '<img src="x.png" alt="what it shows"><img src="y_thumb.png" alt="">',
        "<h2>a</h2><h3>b</h3><h2>c</h2>",
    ],
)
def test_a_good_page_has_no_problem(steps, site, body):
    (site / "a.html").write_text(page(body))
    assert list(steps.problems(site)) == []


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        (page('<a href="guide/c.html">c</a>'), "guide/c.html leads nowhere"),
        (page('<a href="guide/b.html#gone">b</a>'), "#gone leads nowhere"),
        (page('<img src="x.png">'), "x.png has no alt text"),
        (page('<img src="x.png" alt="">'), "x.png has no alt text"),
        (page("<h3>too deep</h3>"), "level 3 follows one of level 1"),
        ('<html lang="en"><article><h2>T</h2></article></html>', "not of level 1"),
        ("<html><article><h1>T</h1></article></html>", "no language"),
    ],
)
def test_a_problem_of_a_page_is_found(steps, site, html, problem):
    (site / "a.html").write_text(html)
    (found,) = steps.problems(site)
    assert found.startswith("a.html: ")
    assert problem in found


def test_contrast_is_that_of_wcag(steps):
    assert steps.contrast.ratio("#000", "#ffffff") == pytest.approx(21)
    assert steps.contrast.ratio("#767676", "#fff") == pytest.approx(4.54, abs=0.005)
    assert steps.contrast.ratio("#777777", "#777") == 1


def test_faint_text_and_code_are_found(steps, site):
    assert list(steps.contrast.faint(site)) == []
    sheet = site / "_static" / "styles" / "pydata-sphinx-theme.css"
    sheet.write_text(SHEET.replace("var(--pst-color-text-base)", "var(--pst-gray)"))
    code = site / "_static" / "pygments.css"
    code.write_text(CODE + '[data-theme="dark"] .highlight .k { color: #333 }')
    faint = [line.split(":")[0] for line in steps.contrast.faint(site)]
    assert faint == ["light text-muted", "dark code"]
