"""Imports point down, private names of others are in one folder, files and folders are small."""

import ast
import importlib
import sys
from collections import Counter, defaultdict
from pathlib import Path

import torch

ROOT = Path(__file__).parent.parent
LIBRARY = ROOT / "sklearn_deep"
MAX_FILES = 12  # of one folder, without its ``__init__.py``
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
    ["_process", "_recording", "_random"],
    ["_compiled._graph"],
    ["_compiled._lowering", "_compiled._kernels"],
    ["_compiled"],
    ["plugins"],
    ["_equality"],
    ["_checkpoint", "_spaces"],
    FAMILIES,
    ["networks._layers"],
    ["networks"],
    ["training._data"],
    ["training._objective"],
    ["training._plan"],
    ["training._members"],
    ["training._updates"],
    ["training._step"],
    ["training._compiled"],
    ["training._loop"],
    ["training"],
    ["estimators._data"],
    ["estimators._doubts", "estimators._parameters"],
    ["estimators._hosting"],
    ["estimators._tasks"],
    ["estimators._stored"],
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
    ["_fits"],
    ["ensemble"],
    ["preprocessing"],
    ["model_selection._ensemble"],
    ["model_selection._search"],
    ["model_selection._batched_search", "model_selection._labeled_fold"],
    ["model_selection._tuner"],
    ["model_selection"],
    ["_files", "datasets", "onnx"],
]
LEVEL = {unit: level for level, units in enumerate(LEVELS) for unit in units}
FILES = sorted(LIBRARY.rglob("*.py"))
OTHERS = ("sklearn.", "torch.", "skorch.")
TREES = {path: ast.parse(path.read_text()) for path in FILES if path.parent.name != "_compat"}
NAMED_TUPLE = {"_asdict", "_fields", "_make", "_replace"}
PACKAGES = {".".join(path.parent.relative_to(LIBRARY).parts) for path in FILES} - {""}


def module_of(path):
    """Return the dotted name of a file, without the library's."""
    parts = path.relative_to(LIBRARY).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def unit_of(module):
    """Return the file or folder that determines the level of a module."""
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
    """Yield the imports of a file from the library, without the library's name."""
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
    """Imports from another folder use its ``__all__``, never its files."""
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


def private_imports(tree):
    """Yield the private modules and names of other libraries that a file imports."""
    for node in ast.walk(tree):
        dotted = []
        if isinstance(node, ast.ImportFrom):
            dotted = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            dotted = [alias.name for alias in node.names]
        yield from (name for name in dotted if is_private(name) and name.startswith(OTHERS))


def accesses(tree):
    """Yield owner and name of the attributes ``owner._name`` and ``getattr(owner, "_name")``."""
    for node in ast.walk(tree):
        owner, name = None, ""
        if isinstance(node, ast.Attribute):
            owner, name = node.value, node.attr
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "").endswith("attr"):
            owner, name = node.args[0], getattr(node.args[1], "value", "")
        owner = getattr(owner, "id", getattr(owner, "attr", ""))
        is_private_name = str(name).startswith("_") and not name.startswith("__")
        if is_private_name and owner not in sys.stdlib_module_names:
            yield owner, name


def defined(trees):
    """Return the names of functions, classes, variables and attributes of ``self`` that files define."""
    names = set()
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            is_own = isinstance(node, ast.Name) or getattr(node.value, "id", "") == "self"
            names |= {getattr(node, "id", getattr(node, "attr", None))} if is_own else set()
    return names


def overridden(cls):
    """Return the private attributes of classes of other libraries that a class redefines."""
    others = [base for base in cls.__mro__[1:] if base.__module__.startswith(OTHERS)]
    names = {name for base in others for name in vars(base)} & vars(cls).keys()
    return {name for name in names if name.startswith("_") and not name.startswith("__")}


def library_classes():
    """Return every class of the library that exists once all files are imported."""
    for path in FILES:
        importlib.import_module(f"sklearn_deep.{module_of(path)}".rstrip("."))
    found, waiting = set(), [object]
    while waiting:
        below = set(type.__subclasses__(waiting.pop())) - found
        found |= below
        waiting += below
    return [cls for cls in found if str(cls.__module__).startswith("sklearn_deep.")]


def test_private_names_of_other_libraries_are_imported_in_one_folder():
    found = ((path, name) for path, tree in TREES.items() for name in private_imports(tree))
    assert not [f"{module_of(path)}: {name}" for path, name in found]


def test_private_attributes_of_other_libraries_are_read_in_one_folder():
    own = defined(TREES.values()) | NAMED_TUPLE
    # Names that torch and the library both define are distinguished by their owner and folder.
    of_torch = {*dir(torch), *dir(torch.Tensor), *dir(torch.nn.Linear(1, 1))}
    near = {
        folder: defined(tree for path, tree in TREES.items() if path.parent == folder)
        for folder in {path.parent for path in TREES}
    }
    wrong = []
    for path, tree in TREES.items():
        for owner, name in accesses(tree):
            is_torch = name in of_torch and owner != "self" and name not in near[path.parent]
            if name not in own or is_torch or owner in ("aten", "torch"):
                wrong.append(f"{module_of(path)}: {owner}.{name}")
    assert not wrong, wrong


def test_private_methods_of_other_libraries_are_overridden_in_one_folder():
    # Other libraries set some when a class is created.
    written = defined(TREES.values())
    # Our own classes read these constraints, and authors of plug-ins may use the name.
    written.remove("_parameter_constraints")
    wrong = [
        f"{cls.__module__}.{cls.__qualname__}: {name}"
        for cls in library_classes()
        if not cls.__module__.startswith("sklearn_deep._compat")
        for name in overridden(cls) & written
    ]
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


def test_folders_of_the_library_and_of_tests_are_short():
    files = [*FILES, *(ROOT / "tests").rglob("*.py")]
    n_files = Counter(path.parent for path in files if path.name != "__init__.py")
    assert not {str(folder.relative_to(ROOT)): n for folder, n in n_files.items() if n > MAX_FILES}


def test_a_name_has_one_meaning():
    """No two classes or functions at the top of a file share a name; a leading ``_`` is ignored."""
    places = defaultdict(list)
    for path in FILES:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                places[node.name.lstrip("_")].append(f"{module_of(path)}.{node.name}")
    twice = {name: found for name, found in places.items() if len(found) > 1}
    assert not twice, twice
