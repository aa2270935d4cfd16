"""The page on contributing is correct: its map names existing folders, and its steps pass all checks."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "contributing.md"
STEP = re.compile(r"^\*\*\d\.\*\*[^`]*`([\w/.]+)`(?:(?!^\*\*).)*?^```\w+\n(.*?)^```", re.M | re.S)
NEEDED = (".ci", "sklearn_deep", "tests", "docs/_build_steps", "pyproject.toml", "CHANGELOG.md")
CHECKS = [
    ["ruff", "format", "--check", "."],
    ["ruff", "check", "."],
    # Only this file, because mypy takes ten seconds to read torch.
    [
        "mypy",
        "--follow-imports=skip",
        "--cache-dir=/dev/null",
        "sklearn_deep/penalties/_smooth_l1.py",
    ],
    ["tests.check_docstrings"],
    ["codespell_lib"],
    [
        "pytest",
        "-p",
        "no:cacheprovider",
        "tests/plugins/test_plugin_tables.py",
        "tests/plugins/test_plugin_laws.py",
    ],
]


def test_the_folders_of_the_map_exist():
    drawn = re.findall(r'class="folder">(.*?)<', (ROOT / "docs/_static/map.svg").read_text())
    table = PAGE.read_text().split("| to change | edit |")[1].split("\n\n")[0]
    edited = [row.split("|")[-2] for row in table.splitlines() if row.startswith("| ")]
    listed = re.findall(r"`([\w/]+)`", " ".join(edited))
    names = [name for names in drawn for name in names.split(" → ")] + listed
    places = [ROOT / "sklearn_deep" / above for above in ("", "estimators", "training")]
    assert not [name for name in names if not any((place / name).is_dir() for place in places)]


def with_lines(text, diff):
    """Return a text with the added lines of a diff, each below the line before it in the diff."""
    lines, place = text.splitlines(), 0
    for line in diff.splitlines():
        if line.startswith("+"):
            lines.insert(place, line[1:])
            place += 1
        else:
            place = lines.index(line[1:], place) + 1
    return "\n".join([*lines, ""])


@pytest.fixture
def copy_with_the_penalty(tmp_path):
    """Return a copy of the repository in which the steps of the page have been applied."""
    for name in NEEDED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        (tmp_path / name).parent.mkdir(exist_ok=True)
        copy(ROOT / name, tmp_path / name)
    steps = STEP.findall(PAGE.read_text().split("\n## Add a plug-in\n")[1])
    assert len(steps) == 4
    for name, block in steps:
        path = tmp_path / name
        path.write_text(with_lines(path.read_text(), block) if path.exists() else block)
    return tmp_path


@pytest.mark.slow
def test_the_steps_that_add_a_penalty_pass_all_checks(copy_with_the_penalty):
    environment = os.environ | {"PYTHONPATH": str(copy_with_the_penalty)}
    for command in CHECKS:
        done = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=copy_with_the_penalty,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not done.returncode, done.stdout + done.stderr
