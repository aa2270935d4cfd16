"""Imports point down only; private scikit-learn names live in one folder; files stay small."""

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
LIBRARY = ROOT / "sklearn_deep"
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
# From the ground up: a folder imports from its own files and from lower levels only.
LEVELS = [
    ["_shared"],
    ["_compat"],
    ["_recording"],
    ["plugins"],
    FAMILIES,
    ["networks._layers"],
    ["networks"],
    ["training._data"],
    ["training._objective"],
    ["training._plan"],
    ["training._members"],
    ["training._updates"],
    ["training._step"],
    ["training._loop"],
    ["training"],
    ["estimators._data"],
    ["estimators._doubts", "estimators._parameters"],
    ["estimators._hosting"],
    ["estimators._tasks"],
    ["estimators._base"],
    ["estimators._exchange"],
    ["estimators"],
    ["inspection._common"],
    [
        "inspection._bias_variance",
        "inspection._networks",
        "inspection._searches",
        "inspection._signal",
    ],
    ["inspection"],
    ["_equality"],
    ["_fits"],
    ["model_selection._distributions"],
    ["model_selection._search"],
    ["model_selection._batched_search", "model_selection._labeled_fold"],
    ["model_selection._tuner"],
    ["model_selection"],
]
LEVEL = {unit: level for level, units in enumerate(LEVELS) for unit in units}
FILES = sorted(LIBRARY.rglob("*.py"))
PACKAGES = {".".join(path.parent.relative_to(LIBRARY).parts) for path in FILES} - {""}


def module_of(path):
    """Return the dotted name of a file, without the library's."""
    parts = path.relative_to(LIBRARY).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def unit_of(module):
    """Return the file or folder that a module has its level from."""
    while module and module not in LEVEL:
        module = module.rpartition(".")[0]
    return module


def imported(path):
    """Yield the dotted names a file imports from."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def own_imports(path):
    """Yield what a file imports from the library, without the library's name."""
    names = (module for module in imported(path) if module.startswith("sklearn_deep."))
    return (module.removeprefix("sklearn_deep.") for module in names)


def is_private(module):
    """Return whether any part of a dotted name begins with an underscore."""
    return any(part.startswith("_") for part in module.split("."))


def test_every_folder_has_a_level():
    assert {unit for unit in LEVEL if (LIBRARY / unit.replace(".", "/")).is_dir()} == PACKAGES


def test_imports_point_down_only():
    wrong = [
        f"{module_of(path)} imports {module}"
        for path in FILES
        if path.parent != LIBRARY
        for module in own_imports(path)
        if unit_of(module) != unit_of(module_of(path))
        and LEVEL[unit_of(module)] >= LEVEL[unit_of(module_of(path))]
    ]
    assert not wrong, wrong


def test_files_of_a_folder_are_imported_through_the_folder():
    """Whoever imports from another folder sees its ``__all__``, never its files."""
    wrong = []
    for path in FILES:
        package = ".".join(path.parent.relative_to(LIBRARY).parts)
        for module in own_imports(path):
            parent = module.rpartition(".")[0]
            is_file = module not in PACKAGES
            if parent == "_compat":
                continue  # so that torch alone does not import scikit-learn
            if is_file and parent != package and (is_private(parent) or is_private(module)):
                inside = package.split(".")[0] == module.split(".")[0] and not is_private(parent)
                wrong += [] if inside else [f"{module_of(path)} imports {module}"]
    assert not wrong, wrong


def test_private_folders_are_imported_inside_their_package_only():
    wrong = [
        f"{module_of(path)} imports {module}"
        for path in FILES
        for module in own_imports(path)
        if "._" in module and module.split(".")[0] != module_of(path).split(".")[0]
    ]
    assert not wrong, wrong


def test_recordings_import_private_names_of_torch_and_nothing_else_of_the_library():
    outside = {
        module
        for path in (LIBRARY / "_recording").glob("*.py")
        for module in own_imports(path)
        if not module.startswith("_recording")
    }
    assert outside <= {"_compat.torch"}


def test_private_names_of_scikit_learn_are_imported_in_one_folder():
    wrong = []
    for path in FILES:
        if path.parent.name == "_compat":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == "sklearn":
                dotted = ".".join([node.module, *(alias.name for alias in node.names)])
                wrong += [f"{module_of(path)}: {dotted}"] if is_private(dotted) else []
    assert not wrong, wrong


def test_an_init_file_holds_imports_and_names_only():
    allowed = (ast.Import, ast.ImportFrom, ast.Assign, ast.Expr, ast.For)
    wrong = [
        module_of(path)
        for path in FILES
        if path.name == "__init__.py"
        and not all(isinstance(node, allowed) for node in ast.parse(path.read_text()).body)
    ]
    assert not wrong, wrong


def test_files_are_short():
    lines = {module_of(path): len(path.read_text().splitlines()) for path in FILES}
    assert not {module: n for module, n in lines.items() if n > 400}
