"""What the README says is true."""

import inspect
import re
from pathlib import Path

import pytest

from sklearn_deep import MLPClassifier, MLPRegressor

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def python_blocks(text):
    return re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)


@pytest.mark.parametrize(
    "page", ["README.md", "docs/callbacks.md", "docs/contributing.md", "docs/validation.md"]
)
def test_every_example_runs(page, capsys):
    blocks = python_blocks((ROOT / page).read_text())
    assert blocks
    for block in blocks:
        exec(compile(block, page, "exec"), {})


def test_the_example_has_at_most_twelve_lines_of_code():
    lines = [line for line in python_blocks(README)[0].splitlines() if line.strip()]
    assert len(lines) <= 12


@pytest.mark.parametrize(
    ("estimator", "other"), [(MLPClassifier, "(regressor)"), (MLPRegressor, "(classifier)")]
)
def test_the_table_has_every_parameter_with_its_default(estimator, other):
    rows = [row.split("|") for row in README.splitlines() if row.startswith("| `")]
    defaults = {
        name: eval(row[2].strip().strip("`"))
        for row in rows
        for name in re.findall(r"`(\w+)`", row[1])
        if other not in row[1]
    }
    parameters = inspect.signature(estimator).parameters.values()
    assert defaults == {parameter.name: parameter.default for parameter in parameters}


@pytest.mark.parametrize(
    "page", ["README.md", *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md"))]
)
def test_links_to_files_lead_somewhere(page):
    path = ROOT / page
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text()):
        assert "://" in target or (path.parent / target).exists(), target
