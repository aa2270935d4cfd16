"""The statements of the README are true."""

import inspect
import math
import re
from pathlib import Path

import pytest

from sklearn_deep import (
    AutoencoderOutlierDetector,
    AutoencoderTransformer,
    JointAEClassifier,
    JointAERegressor,
    MLPClassifier,
    MLPRegressor,
)
from tests._support.for_all import for_all

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
PARAMETERS = (ROOT / "docs" / "guide" / "parameters.md").read_text()


PAGES = [
    "README.md",
    *(
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "docs").rglob("*.md"))
        if not {"_build", "auto_examples"} & set(path.parts)
    ),
]


def python_blocks(text):
    return re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)


def test_the_example_has_at_most_twelve_lines_of_code():
    lines = [line for line in python_blocks(README)[0].splitlines() if line.strip()]
    assert len(lines) <= 12


def defaults_in(section, tags):
    """Return the defaults of parameters whose row has no tag, such as ``(classifier)``, or one of these."""
    found = {}
    for line in PARAMETERS.split(f"\n## {section}")[1].split("\n## ")[0].splitlines():
        cells = line.split("|")
        tag = re.search(r"\(([\w ]+)\)", cells[1]) if line.startswith("| `") else None
        if line.startswith("| `") and (tag is None or tag[1] in tags):
            default = eval(cells[2].strip().strip("`"), {"nan": math.nan})
            found |= dict.fromkeys(re.findall(r"`(\w+)`", cells[1]), default)
    return found


def defaults_of(estimator):
    return {p.name: p.default for p in inspect.signature(estimator).parameters.values()}


MLP_SECTION = "Multilayer perceptrons"


@pytest.mark.parametrize(
    ("estimator", "tag"), [(MLPClassifier, "classifier"), (MLPRegressor, "regressor")]
)
def test_the_table_has_every_parameter_with_its_default(estimator, tag):
    assert defaults_in(MLP_SECTION, [tag]) == defaults_of(estimator)


@pytest.mark.parametrize(
    ("estimator", "task", "tags"),
    [
        (AutoencoderTransformer, "regressor", ["transformer", "no head"]),
        (AutoencoderOutlierDetector, "regressor", ["detector", "no head"]),
        (JointAEClassifier, "classifier", ["joint", "joint classifier"]),
        (JointAERegressor, "regressor", ["joint", "joint regressor"]),
    ],
)
def test_two_tables_have_every_parameter_of_an_autoencoder(estimator, task, tags):
    shared, own = defaults_in(MLP_SECTION, [task]), defaults_in("Autoencoders", tags)
    for name in ("hidden_layer_sizes", "learning_rate", "schedule", "early_stopping"):
        del shared[name]
    if "no head" in tags:  # they have the regressor's loss and no target
        del shared["normalize_y"]
    assert not shared.keys() & own.keys()
    # Compared as text, because NaN differs from itself.
    assert {n: repr(v) for n, v in (shared | own).items()} == {
        n: repr(v) for n, v in defaults_of(estimator).items()
    }


@for_all("page", PAGES)
def test_links_to_files_lead_somewhere(page):
    path = ROOT / page
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text()):
        assert "://" in target or (path.parent / target).exists(), target
