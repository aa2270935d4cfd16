"""Errors for arguments that a class does not have; they name the arguments it has."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import is_dataclass
from functools import wraps
from typing import Any, TypeVar

from sklearn.base import BaseEstimator

from sklearn_deep._shared.counterparts import PARAMETERS, Counterpart
from sklearn_deep._shared.words import nearest_name

_METHODS = ("__init__", "fit", "partial_fit")

Class = TypeVar("Class", bound=type)


def explained(cls: Class) -> Class:
    """Make the constructor, ``fit`` and ``partial_fit`` of a class explain wrong arguments.

    Signatures are unchanged. Python's own ``TypeError`` is replaced by one that names the right
    argument. Subclasses inherit this, unless they define their own constructor.
    """
    for name in _METHODS:
        method = vars(cls).get(name)
        if inspect.isfunction(method) and not _takes_any(method):
            if is_dataclass(cls):
                _put_own_fields_first(cls, method)
            setattr(cls, name, _with_explained_errors(method))
    return cls


def _put_own_fields_first(cls: type, constructor: Any) -> None:
    """Order keyword-only fields for readers: those of a class before those of its base classes."""
    fields = dict.fromkeys(name for kind in cls.__mro__ for name in inspect.get_annotations(kind))
    order = list(fields)
    signature = inspect.signature(constructor)
    first, *rest = signature.parameters.values()
    rest.sort(key=lambda parameter: (parameter.kind, order.index(parameter.name)))
    constructor.__signature__ = signature.replace(parameters=[first, *rest])


def _with_explained_errors(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return method(self, *args, **kwargs)
        except TypeError:
            check_arguments(type(self), method, args, kwargs)
            raise

    return call


def check_arguments(
    cls: type, method: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> None:
    """Raise an error if a method of a class, called with ``self``, does not accept these arguments.

    Raises
    ------
    TypeError
        If an argument is not accepted. The message says what to write instead.
    """
    called = method.__name__
    parameters = list(inspect.signature(method).parameters.values())[1:]
    by_place = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    by_name = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]
    unknown = [name for name in kwargs if name not in (*by_place, *by_name)]
    if _takes_any(method):
        return
    if unknown:
        what = f"argument{'s' * (len(unknown) > 1)} {' and '.join(map(repr, unknown))}"
        found = advice_on_names(cls, unknown, called)
        raise TypeError(f"{_call_in_words(cls, called)} got the unknown {what}. {found}") from None
    if len(args) > len(by_place):
        words = f"{_call_in_words(cls, called)}{f' after {by_place[-1]!r}' if by_place else ''}"
        found = _advice_on_places(cls, by_name)
        value = args[len(by_place)]
        raise TypeError(
            f"Arguments of {words} must be given by name, got {value!r}. {found}"
        ) from None


def advice_on_names(cls: type, unknown: Sequence[str], called: str = "__init__") -> str:
    """Return advice on what to use instead of arguments that a method does not have."""
    advice = [right_name(cls, name, called) for name in unknown]
    if all(advice):
        return " ".join(advice)
    known = _parameters(cls, called)
    nearest = [nearest_name(name, known, cutoff=0.7) for name in unknown]
    guesses = [
        good or f"Did you mean {near!r}?"
        for good, near in zip(advice, nearest, strict=True)
        if good or near
    ]
    listed = f"It has: {', '.join(sorted(known))}." if known else "It has no arguments."
    return " ".join([*guesses, listed])


def right_name(cls: type, name: str, called: str = "__init__") -> str:
    """Return advice on what to use instead of an argument, or an empty string if that is unknown."""
    found = [one for one in PARAMETERS if name in one.others.split()]
    for own, _, note in [Counterpart(name, name), *found]:
        if place := _place(cls, own, called):
            return f"Use {place}{note and ': '}{note}."
    # skorch writes, for example, optimizer__lr.
    _, _, inner = name.rpartition("__")
    return "" if inner == name else right_name(cls, inner, called)


def _place(cls: type, own: str, called: str) -> str:
    """Return a phrase for parameters and their owner; an empty string if they do not apply to the class."""
    names = own.removeprefix("estimator.").split("+")
    for method in dict.fromkeys((called, "__init__", "fit")):
        found = [repr(name) for name in names if name in _parameters(cls, method)]
        if found:
            where = "" if method == called else f" of {_call_in_words(cls, method)}"
            return " and ".join(found) + where
    # A plug-in belongs to an estimator and a search has one, so their users can set it there.
    is_network = hasattr(cls, "fit") and "estimator" not in _parameters(cls, "__init__")
    if is_network or not own.startswith("estimator."):
        return ""
    return " and ".join(map(repr, names)) + " of the estimator"


def _parameters(cls: Any, called: str) -> list[str]:
    """Return the names of the parameters of a method."""
    method = getattr(cls, called, None)
    if not inspect.isfunction(method):
        return []
    found = list(inspect.signature(method).parameters.values())[1:]
    return [p.name for p in found if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]


def _takes_any(method: Callable[..., Any]) -> bool:
    kinds = [parameter.kind for parameter in inspect.signature(method).parameters.values()]
    return inspect.Parameter.VAR_KEYWORD in kinds


def _advice_on_places(cls: Any, by_name: Sequence[str]) -> str:
    """Return advice on what to write instead of a positional argument."""
    first = getattr(cls, "_first_elsewhere", None)
    advice = "" if first is None else right_name(cls, first)
    return f"{advice} Names: {', '.join(by_name) or 'none'}.".strip()


def _call_in_words(cls: type, called: str) -> str:
    return cls.__name__ if called == "__init__" else f"{cls.__name__}.{called}"


class ExplainsNames(BaseEstimator):
    """Parameters with scikit-learn's interface and helpful errors for unknown names."""

    def set_params(self, **params: Any) -> Any:
        """Set parameters; those of a nested object are written like ``optimizer__beta_1``.

        Parameters
        ----------
        **params : dict
            Values by name.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a name is unknown.
        """
        try:
            return super().set_params(**params)
        except ValueError:
            known = self.get_params(deep=False)
            outer = dict.fromkeys(name.partition("__")[0] for name in params)
            unknown = [name for name in outer if name not in known]
            if not unknown:
                raise
            name, advice = type(self).__name__, advice_on_names(type(self), unknown)
            which = f"{'s' * (len(unknown) > 1)} {' and '.join(map(repr, unknown))}"
            raise ValueError(f"Invalid parameter{which} for estimator {name}. {advice}") from None

    def __setstate__(self, state: dict[str, Any]) -> None:
        # A file of an earlier version lacks the parameters that came later: they get their defaults.
        parameters = inspect.signature(type(self)).parameters.items()
        later = {name: one.default for name, one in parameters if name not in state}
        super().__setstate__(state | later)


def with_parameters(estimator: Any, params: Mapping[str, Any]) -> Any:
    """Set parameters of any estimator and return it; an error names the nested estimator with the fault.

    Raises
    ------
    ValueError
        If a name is unknown.
    """
    try:
        return estimator.set_params(**params)
    except ValueError as error:
        hints = [] if isinstance(estimator, ExplainsNames) else _hints(estimator, params)
        if not hints:
            raise
        raise ValueError(" ".join([str(error), *hints])) from None


def _hints(estimator: Any, names: Iterable[str]) -> list[str]:
    """Return hints for names that lack the prefix of the nested estimator they belong to."""
    known = estimator.get_params(deep=True)
    parts = {
        n: part
        for n, part in known.items()
        if isinstance(part, ExplainsNames) and "fit" in dir(part)
    }
    hints = []
    for name in [name for name in names if name.partition("__")[0] not in known]:
        for prefix, part in parts.items():
            if name.partition("__")[0] in part.get_params(deep=False):
                hints.append(f"Did you mean '{prefix}__{name}'?")
            elif advice := right_name(type(part), name):
                hints.append(f"{advice} Parameters of {prefix!r} begin with '{prefix}__'.")
    return hints
