"""One registry of names for all families of plug-ins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from sklearn.base import clone

from sklearn_deep._shared import FAMILIES, NAMES, call_of, known_names
from sklearn_deep.plugins._entry_points import declared, describe, load_object
from sklearn_deep.plugins._plugin import Plugin

Wrap = Callable[[Any], Any]


class Family(NamedTuple):
    """The kind of plug-ins in a family, and which other values it accepts; see ``declare_family``."""

    base: type[Plugin]
    wrap: Wrap | None
    takes: Callable[[Any], bool]
    words: str

    def wraps(self, value: Any) -> bool:
        """Return whether a value that is not a plug-in can be wrapped as one."""
        of_another_family = isinstance(value, Plugin) or _is_subclass(value, Plugin)
        return self.wrap is not None and not of_another_family and self.takes(value)

    def kinds(self, *plugins: str) -> str:
        """Return a phrase that lists the given words and the values that can be wrapped."""
        *others, last = [*plugins] if self.wrap is None else [*plugins, self.words]
        return f"{', '.join(others)} or {last}" if others else last


def _is_function(value: Any) -> bool:
    return callable(value) and not isinstance(value, type)


_ENTRIES: dict[str, dict[str, Any]] = {}
_FAMILIES: dict[str, Family] = {}


def declare_family(
    family: str,
    base: type[Plugin],
    wrap: Wrap | None = None,
    *,
    takes: Callable[[Any], bool] = _is_function,
    words: str = "a function",
) -> None:
    """Declare a family of plug-ins.

    Parameters
    ----------
    family : str
        Plural noun, for example ``"initializers"``.
    base : type
        Base class of the family's plug-ins.
    wrap : callable, optional
        Makes a plug-in of another value, such as a function. Without it, only plug-ins are accepted.
    takes : callable, optional
        Whether a value can be wrapped. By default functions can be wrapped, and classes cannot.
    words : str, default="a function"
        Name of the values that can be wrapped, for error messages.
    """
    _FAMILIES[family] = Family(base, wrap, takes, words)
    _ENTRIES[family] = {}
    if family not in FAMILIES:
        FAMILIES.append(family)


def register(family: str, name: str, plugin: Any) -> None:
    """Register a plug-in under a name that users can pass as a parameter.

    Parameters
    ----------
    family : str
        One of the families, e.g. ``"initializers"``.
    name : str
        The name that users write, by convention in lower case.
    plugin : plug-in class, plug-in instance or callable
        Each time the name is resolved, a class is called without arguments, an instance is cloned,
        and a function is wrapped as if it had been passed as the parameter.

    Raises
    ------
    ValueError
        If the family is unknown, or another plug-in is registered under the name.
    TypeError
        If ``plugin`` is not a plug-in of the family, nor a function that the family accepts.

    Examples
    --------
    >>> import torch
    >>> from sklearn_deep.plugins import available, register
    >>> register("activations", "sine", torch.sin)
    >>> "sine" in available("activations")
    True
    """
    entries = _entries(family)
    _check_kind(family, plugin, "register: `plugin`")
    if entries.get(name, plugin) is not plugin:
        raise ValueError(
            f"register: the name {name!r} of family {family!r} is taken by {entries[name]!r}. "
            "Choose another name."
        )
    entries[name] = plugin


def available(family: str) -> list[str]:
    """Return the sorted names of a family, both registered and declared by entry points.

    Nothing is imported: the plug-in of another package is loaded when its name is resolved.

    Parameters
    ----------
    family : str
        Name of the family, for example ``"optimizers"``.

    Raises
    ------
    ValueError
        If the family is unknown.

    Examples
    --------
    >>> from sklearn_deep.plugins import available
    >>> available("optimizers")
    ['adam', 'adamw', 'lbfgs', 'nadam', 'rmsprop', 'sgd']
    """
    return sorted({*_entries(family), *declared(family)})


def resolve(
    family: str,
    spec: Any,
    *,
    argument: str,
    owner: str,
    accepts: Callable[[Any], bool] | None = None,
) -> Any:
    """Return the plug-in for the value of a parameter.

    Parameters
    ----------
    family : str
        The family to look in.
    spec : str, plug-in instance or callable
        Value of the parameter. An instance is checked and returned unchanged.
    argument, owner : str
        Name of the parameter and of its estimator, for error messages.
    accepts : callable, optional
        Whether the parameter accepts a registered plug-in; the error message for an unknown name
        lists only these. Plug-ins of other packages are listed without being imported.

    Raises
    ------
    ValueError
        If the name is unknown (the message lists the known names), if two plug-ins have the same
        name, or if a field is out of range.
    TypeError
        If ``spec``, or the object that an entry point of that name loads, is not of the family.
    ImportError
        If an entry point of that name cannot be loaded.
    """
    entries, kind = _entries(family), _FAMILIES[family]
    known = [
        n for n in available(family) if accepts is None or n not in entries or accepts(entries[n])
    ]
    if isinstance(spec, str):
        if spec not in available(family):
            raise ValueError(
                f"The {argument!r} parameter of {owner} got the unknown name {spec!r}. "
                f"{known_names(spec, known, NAMES.get(family, ()))}"
            )
        return _from_entry(_named(family, spec), kind.wrap)
    if isinstance(spec, kind.base):
        return spec.check()
    if _is_subclass(spec, kind.base):
        raise TypeError(
            f"The {argument!r} parameter of {owner} must be an instance, got the class "
            f"{spec.__name__}. Write {call_of(spec)}."
        )
    if kind.wrap is not None and kind.wraps(spec):
        return kind.wrap(spec)
    kinds = kind.kinds("a name", f"an instance of {kind.base.__name__}")
    raise TypeError(
        f"The {argument!r} parameter of {owner} must be {kinds}, got {spec!r}. "
        f"{known_names('', known)}"
    )


def _named(family: str, name: str) -> Any:
    """Return the object that has a name, whether it was registered or declared by an entry point."""
    holders = [(load_object(point), describe(point)) for point in declared(family).get(name, [])]
    for plugin, words in holders:
        _check_kind(family, plugin, f"The object loaded by {words}")
    # Checked after loading, because a package may register, on import, the name that it declares.
    if name in _ENTRIES[family]:
        holders.insert(0, (_ENTRIES[family][name], repr(_ENTRIES[family][name])))
    first, first_words = holders[0]
    for plugin, words in holders[1:]:
        if plugin is not first:
            raise ValueError(
                f"The name {name!r} of family {family!r} is used by both {first_words} and {words}. "
                "Rename the entry point, uninstall its distribution, or pass an instance instead of "
                "the name."
            )
    return first


def _check_kind(family: str, plugin: Any, what: str) -> None:
    kind = _FAMILIES[family]
    if not (_is_subclass(plugin, kind.base) or isinstance(plugin, kind.base) or kind.wraps(plugin)):
        kinds = kind.kinds(f"a subclass or an instance of {kind.base.__name__}")
        raise TypeError(f"{what} must be {kinds}, got {plugin!r}.")


def _from_entry(entry: Any, wrap: Wrap | None) -> Any:
    if isinstance(entry, Plugin):
        return clone(entry)
    if _is_subclass(entry, Plugin):
        return entry()
    assert wrap is not None
    return wrap(entry)


def _is_subclass(value: Any, base: type) -> bool:
    return isinstance(value, type) and issubclass(value, base)


def _entries(family: str) -> dict[str, Any]:
    if family not in _ENTRIES:
        raise ValueError(f"There is no family {family!r}. {known_names(family, _ENTRIES)}")
    return _ENTRIES[family]
