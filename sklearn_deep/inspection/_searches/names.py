"""Short names of searched parameters and labels of their values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

_LONGEST = 18


def short_names(names: Sequence[str]) -> dict[str, str]:
    """Return the shortest unique ending of each nested name.

    Examples
    --------
    >>> short_names(["mlp__learning_rate", "pca__n_components", "ae__n_components"])
    {'mlp__learning_rate': 'learning_rate', 'pca__n_components': 'pca__n_components', \
'ae__n_components': 'ae__n_components'}
    """
    return {name: _shortest(name, [n for n in names if n != name]) for name in names}


def _shortest(name: str, others: Sequence[str]) -> str:
    parts = name.split("__")
    for n_parts in range(1, len(parts)):
        ending = "__".join(parts[-n_parts:])
        if not any(other == ending or other.endswith(f"__{ending}") for other in others):
            return ending
    return name


def value_labels(values: Iterable[Any]) -> dict[str, str]:
    """Return a short label for each distinct value, by its key, in order of appearance.

    The label of an object is its class if that is unique, otherwise its repr.
    """
    distinct = {value_key(value): value for value in values}
    classes = {key: _class_word(value) for key, value in distinct.items()}
    words = list(classes.values())
    return {
        key: _cut(word if words.count(word) == 1 else _repr_of(distinct[key]))
        for key, word in classes.items()
    }


def value_key(value: Any) -> str:
    """Return a key of a parameter value; objects are equal if their reprs are."""
    return (
        f"{type(value).__name__}:{value}" if isinstance(value, str) else repr(_python_value(value))
    )


def _class_word(value: Any) -> str:
    value = _python_value(value)
    has_no_class = value is None or isinstance(value, str | int | float | list | dict | tuple)
    return _repr_of(value) if has_no_class or _is_named(value) else type(value).__name__


def _repr_of(value: Any) -> str:
    value = _python_value(value)
    if isinstance(value, str) or _is_named(value):
        return str(getattr(value, "__name__", value))
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, tuple | list) and value and all(type(v) is int for v in value):
        return "-".join(map(str, value))
    return " ".join(repr(value).split())


def _is_named(value: Any) -> bool:
    """Return whether a value is a class or a function."""
    return callable(value) and hasattr(value, "__name__")


def _python_value(value: Any) -> Any:
    """Return a numpy number as a Python number."""
    return value.item() if hasattr(value, "item") and getattr(value, "ndim", 1) == 0 else value


def _cut(word: str) -> str:
    return word if len(word) <= _LONGEST else f"{word[: _LONGEST - 1]}…"
