"""The parts of functions and classes that affect what they compute, without their place in a file."""

from __future__ import annotations

import dis
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, lru_cache
from types import BuiltinFunctionType, CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from sklearn_deep._equality.origin import imported, is_library, is_library_object, version_of

# Variables of class bodies that do not affect any computation.
_DESCRIPTIONS = ("__doc__", "__firstlineno__")
_GLOBALS = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS")
# Attributes that are only for readers, or that Python itself stores in classes.
_NOT_OF_A_CLASS = {
    *("__module__", "__qualname__", "__doc__", "__dict__", "__weakref__", "__slotnames__"),
    *("__annotations__", "__annotate__", "__annotate_func__", "__annotations_cache__"),
    *("__firstlineno__", "__static_attributes__", "__abstractmethods__", "_abc_impl"),
}
_CREATED_BY_PYTHON_CODE = 1 << 9  # Py_TPFLAGS_HEAPTYPE

Parts = tuple[Any, ...]


def code_parts(value: Any) -> Parts | None:
    """Return the parts of a function or class, its kind first; None for other values.

    A function or class of a library is represented by its name and the library's version. A user's
    function is represented by its instructions, defaults, closure, attributes and the globals it uses;
    a user's class by its bases and the attributes it defines.
    """
    if isinstance(value, type):
        return _library_parts(value) or _class_parts(value)
    parts = _PARTS.get(type(value))
    return None if parts is None else parts(value)


def _builtin_parts(function: BuiltinFunctionType) -> Parts:
    owner: Any = function.__self__
    place = function.__module__ if owner is None or isinstance(owner, ModuleType) else owner
    return "builtin", function.__qualname__, place


def _library_parts(value: Any) -> Parts | None:
    is_built_in = isinstance(value, type) and not value.__flags__ & _CREATED_BY_PYTHON_CODE
    if not (is_built_in or is_library_object(value)):
        return None
    return "library", value.__module__, value.__qualname__, version_of(value.__module__)


def _function_parts(function: FunctionType) -> Parts:
    if (of_library := _library_parts(function)) is not None:
        return of_library
    names = function.__globals__
    # A wrapper made by a library around a user's function uses the library's globals.
    found = (
        () if is_library(names.get("__name__")) else tuple(_referenced(function.__code__, names))
    )
    return (
        "function",
        function.__name__,
        function.__code__,
        function.__defaults__,
        function.__kwdefaults__,
        function.__closure__,
        vars(function),
        found,
    )


def _class_parts(cls: type) -> Parts:
    own = sorted((n, v) for n, v in vars(cls).items() if n not in _NOT_OF_A_CLASS)
    return "class", cls.__name__, type(cls), cls.__bases__, own


def _cell_parts(cell: CellType) -> Parts:
    try:
        return "cell", cell.cell_contents
    except ValueError:  # the variable has not been assigned yet
        return ("cell",)


def _code_object_parts(code: CodeType) -> Parts:
    """Return the parts of a code object, including its constants and nested code objects.

    Line numbers, file names and docstrings are left out, because no instruction loads them.
    """
    found: list[Any] = [
        "code",
        (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags),
        code.co_exceptiontable,
    ]
    for step in dis.get_instructions(code):
        if step.opname == "STORE_NAME" and step.argval in _DESCRIPTIONS:
            found.pop()
        is_constant = step.opcode in dis.hasconst
        found.append((step.opname, step.argval if is_constant else repr(step.argval)))
    return tuple(found)


def _referenced(code: CodeType, namespace: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield globals that code may use, and attributes of modules that it may use, by name.

    From a user's module, only attributes whose name occurs in the code are yielded, including names
    in strings.
    """
    codes = list(_with_nested(code))
    modules = [module for one in codes for module in _imports(one, namespace)]
    for name in sorted({name for one in codes for name in _looked_up(one)}):
        if isinstance(namespace.get(name), ModuleType):
            modules.append(namespace[name])
        elif name in namespace and not name.startswith("__"):
            yield name, namespace[name]
    yield from _used(modules, sorted({name for one in codes for name in _all_names(one)}))


def _with_nested(code: CodeType) -> Iterator[CodeType]:
    """Yield a code object and the code objects of all functions and classes defined in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _with_nested(constant)


def _looked_up(code: CodeType) -> Iterator[str]:
    """Yield the names of the globals that code uses."""
    yield from (s.argval for s in dis.get_instructions(code) if s.opname in _GLOBALS)


def _all_names(code: CodeType) -> Iterator[str]:
    """Yield all names, including attributes and strings that may be passed to ``getattr``."""
    yield from code.co_names
    yield from (c for c in code.co_consts if isinstance(c, str) and c.isidentifier())


def _imports(code: CodeType, namespace: Mapping[str, Any]) -> Iterator[ModuleType]:
    """Yield the user's modules that code imports when it runs."""
    steps = list(dis.get_instructions(code))
    for i, step in enumerate(steps):
        if step.opname == "IMPORT_NAME":
            # The two instructions before it load the level of a relative import and the names.
            level = steps[i - 2].argval
            module = imported(step.argval, level, namespace.get("__package__"))
            if module is not None:
                yield module


def _used(modules: list[ModuleType], names: list[str]) -> Iterator[tuple[str, Any]]:
    """Yield the attributes of users' modules and submodules that have one of the names."""
    seen: set[int] = set()
    while modules:
        module = modules.pop()
        if id(module) in seen or is_library(module.__name__):
            continue
        seen.add(id(module))
        for name in names:
            value = vars(module).get(name)
            if isinstance(value, ModuleType):
                modules.append(value)
            elif name in vars(module) and not name.startswith("__"):
                yield name, value


_PARTS: dict[type, Callable[[Any], Parts]] = {
    FunctionType: _function_parts,
    CodeType: _code_object_parts,
    CellType: _cell_parts,
    BuiltinFunctionType: _builtin_parts,
    MethodType: lambda method: ("method", method.__func__, method.__self__),
    staticmethod: lambda wrapper: ("staticmethod", wrapper.__func__),
    classmethod: lambda wrapper: ("classmethod", wrapper.__func__),
    property: lambda wrapper: ("property", wrapper.fget, wrapper.fset, wrapper.fdel),
    cached_property: lambda wrapper: ("cached_property", wrapper.func),
    type(lru_cache(lambda: None)): lambda wrapper: ("lru_cache", wrapper.__wrapped__),
}
