"""Imports point down only; private scikit-learn names live in one file; files stay small."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "sklearn_deep"
FAMILIES = [
    "initializers",
    "activations",
    "noise",
    "augmentation",
    "losses",
    "penalties",
    "optimizers",
    "stopping",
    "schedules",
]
LEVELS = [
    ["_shared"],
    ["plugins"],
    FAMILIES,
    ["networks"],
    ["training"],
    ["estimators"],
    ["inspection"],
    ["model_selection"],
]
LEVEL = {package: level for level, packages in enumerate(LEVELS) for package in packages}
FILES = sorted(ROOT.rglob("*.py"))


def imported(path):
    """Yield the dotted names a file imports from."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def name(path):
    return str(path.relative_to(ROOT))


def test_every_package_has_a_level():
    packages = {path.parent.name for path in FILES} - {ROOT.name}
    assert packages == set(LEVEL)


@pytest.mark.parametrize("path", [p for p in FILES if p.parent != ROOT], ids=name)
def test_imports_point_down_only(path):
    own = path.parent.name
    for module in imported(path):
        package = module.split(".")[1] if "." in module else ""
        if module.startswith("sklearn_deep.") and package != own:
            assert LEVEL[package] < LEVEL[own], f"{name(path)} imports {module}"


@pytest.mark.parametrize("path", FILES, ids=name)
def test_private_files_are_imported_inside_their_package_only(path):
    for module in imported(path):
        if module.startswith("sklearn_deep.") and "._" in module.removeprefix("sklearn_deep._"):
            assert module.split(".")[1] in (path.parent.name, "_shared"), f"{name(path)}: {module}"


@pytest.mark.parametrize("path", FILES, ids=name)
def test_private_names_of_scikit_learn_are_imported_in_one_file(path):
    if path.name == "_sklearn.py":
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == "sklearn":
            dotted = [*node.module.split("."), *(alias.name for alias in node.names)]
            assert not any(part.startswith("_") for part in dotted), f"{name(path)}: {dotted}"


@pytest.mark.parametrize("path", FILES, ids=name)
def test_an_init_file_holds_imports_and_names_only(path):
    if path.name != "__init__.py":
        return
    allowed = (ast.Import, ast.ImportFrom, ast.Assign, ast.Expr, ast.For)
    assert all(isinstance(node, allowed) for node in ast.parse(path.read_text()).body)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_files_are_short(path):
    assert len(path.read_text().splitlines()) <= 400
