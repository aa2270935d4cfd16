"""The part of an estimator that learns: where it is, and how its parameters are reached from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sklearn.pipeline import Pipeline

from sklearn_deep.inspection._common.findings import Advice, advice

# Parameters that hold an estimator, and the attribute that holds it fitted.
_WRAPPED = {"estimator": "best_estimator_", "regressor": "regressor_"}
_FITTED = (*_WRAPPED.values(), "estimator_")


class Learner(NamedTuple):
    """The innermost estimator of pipelines, searches and other wrappers.

    Parameters
    ----------
    estimator : estimator
        The learner itself, unfitted.
    prefix : str
        What leads to its parameters from outside, such as ``"mlp__"``.
    fitted : list of estimators
        The learner as each fold fitted it; empty where that cannot be reached.
    searched : mapping of str to str
        Parameters that a search around it chooses: name from outside to name in the search.
    placeholder : str or None, default=None
        Name from outside of the step directly before it in a pipeline, if that does nothing.
    """

    estimator: Any
    prefix: str
    fitted: list[Any]
    searched: Mapping[str, str]
    placeholder: str | None = None

    @property
    def params(self) -> dict[str, Any]:
        """Present values of its own parameters; where a search chose them, those of the first fold."""
        present = self.fitted[0] if self.fitted else self.estimator
        return present.get_params(deep=False) if hasattr(present, "get_params") else {}

    def change(self, code: str, name: str, new: Any, why: str = "") -> Advice:
        """Return the advice to change one of its parameters."""
        outer, words = f"{self.prefix}{name}", f" {why}" if why else ""
        now = self.params.get(name.partition("__")[0])
        now = now if "__" not in name else getattr(now, name.partition("__")[2])
        if outer in self.searched:
            inner = self.searched[outer]
            action = f"Let the search try {inner}={new!r} (it chose {now!r}).{words}"
            return advice(code, action)
        return advice(code, f"Set {outer}={new!r} (now {now!r}).{words}", {outer: new})


def unwrapped(fitted: Any, attributes: Sequence[str] = _FITTED) -> Any:
    """Return what fitted searches and wrappers hold in the first of some attributes; pipelines stay."""
    for name in attributes:
        if hasattr(fitted, name):
            return unwrapped(getattr(fitted, name), attributes)
    return fitted


def learner_of(estimator: Any, fitted: Sequence[Any] = ()) -> Learner:
    """Return the learner of an estimator, and what the fits of some folds made of it."""
    return _inside(estimator, list(fitted), "", {})


def _inside(
    estimator: Any,
    fitted: list[Any],
    prefix: str,
    searched: dict[str, str],
    placeholder: str | None = None,
) -> Learner:
    if isinstance(estimator, Pipeline):
        name, last = estimator.steps[-1]
        before, step = [("", ""), *estimator.steps][-2]
        does_nothing = step is None or (isinstance(step, str) and step == "passthrough")
        place = f"{prefix}{before}" if does_nothing else None
        reached = [one.steps[-1][1] for one in fitted]
        return _inside(last, reached, f"{prefix}{name}__", searched, place)
    params = estimator.get_params(deep=False) if hasattr(estimator, "get_params") else {}
    for parameter, attribute in _WRAPPED.items():
        inner = params.get(parameter)
        if hasattr(inner, "fit"):
            reached = [getattr(one, attribute) for one in fitted if hasattr(one, attribute)]
            outer = f"{prefix}{parameter}__"
            names = {f"{outer}{name}": name for name in _searched_names(params)}
            return _inside(inner, reached, outer, searched | names)
    return Learner(estimator, prefix, fitted, searched, placeholder)


def _searched_names(params: Mapping[str, Any]) -> set[str]:
    """Return the names that a search chooses values of."""
    space = params.get("param_distributions", params.get("param_grid", {}))
    return {name for part in ([space] if isinstance(space, Mapping) else space) for name in part}
