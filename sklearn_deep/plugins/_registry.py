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
    """What the plug-ins of a family are, and what else stands for one: see ``declare_family``."""

    base: type[Plugin]
    wrap: Wrap | None
    takes: Callable[[Any], bool]
    words: str

    def wraps(self, value: Any) -> bool:
        """Return whether a value that is no plug-in stands for one."""
        of_another_family = isinstance(value, Plugin) or _is_subclass(value, Plugin)
        return self.wrap is not None and not of_another_family and self.takes(value)

    def kinds(self, *plugins: str) -> str:
        """Return words for plug-ins, joined by those for what else does."""
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
    """Open a family of plug-ins.

    Parameters
    ----------
    family : str
        Plural noun.
    base : type
        Class of the family's plug-ins.
    wrap : callable, optional
        Makes a plug-in of something bare; without it only plug-ins will do.
    takes : callable, optional
        Says whether something can be wrapped; by default functions can, and classes cannot.
    words : str, default="a function"
        What can be wrapped, for messages.
    """
    _FAMILIES[family] = Family(base, wrap, takes, words)
    _ENTRIES[family] = {}
    if family not in FAMILIES:
        FAMILIES.append(family)


def register(family: str, name: str, plugin: Any) -> None:
    """Give a plug-in a name that parameters accept.

    Parameters
    ----------
    family : str
        One of the families, e.g. ``"initializers"``.
    name : str
        The name users will write; lower case by custom.
    plugin : plug-in class, plug-in instance or callable
        A class is called without arguments, an instance is cloned, and a callable is taken
        as a parameter takes it, each time the name is resolved.

    Raises
    ------
    ValueError
        If the family is unknown, or the name is taken by another plug-in.
    TypeError
        If ``plugin`` is no plug-in of the family, nor a function in a family that takes them.

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
    """Return the names of a family, sorted: registered ones and those of entry points.

    Nothing is imported for it: a distribution's plug-in is loaded when its name is resolved.

    Parameters
    ----------
    family : str
        E.g. ``"optimizers"``.

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
    """Return the plug-in that a parameter's value stands for.

    Parameters
    ----------
    family : str
        The family to look in.
    spec : str, plug-in instance or callable
        What the user gave. An instance is checked and returned as it is.
    argument, owner : str
        The parameter and the estimator it belongs to, for the message.
    accepts : callable, optional
        Says which registered plug-ins the parameter accepts: the message on an unknown name lists no
        other. Plug-ins of other distributions are listed without being imported.

    Raises
    ------
    ValueError
        If the name is unknown (the message lists the known ones), or two plug-ins have it, or a
        field is out of range.
    TypeError
        If ``spec``, or what an entry point of that name loads, is of another kind.
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
    """Return what has a name of the family, be it registered or an entry point's."""
    holders = [(load_object(point), describe(point)) for point in declared(family).get(name, [])]
    for plugin, words in holders:
        _check_kind(family, plugin, f"What {words} loads")
    # After loading, as a package may register on import what it declares.
    if name in _ENTRIES[family]:
        holders.insert(0, (_ENTRIES[family][name], repr(_ENTRIES[family][name])))
    first, first_words = holders[0]
    for plugin, words in holders[1:]:
        if plugin is not first:
            raise ValueError(
                f"The name {name!r} of family {family!r} is taken by {first_words}, and {words} has it "
                "too. Rename the entry point or uninstall its distribution, or give an instance in "
                "place of the name."
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
