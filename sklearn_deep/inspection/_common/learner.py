"""The innermost estimator of pipelines and other wrappers, and the path to its parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sklearn.pipeline import Pipeline

from sklearn_deep.inspection._common.findings import Advice, advice

# Parameters that hold an estimator, and the attribute with the fitted one.
_WRAPPED = {"estimator": "best_estimator_", "regressor": "regressor_"}
_FITTED = (*_WRAPPED.values(), "estimator_")


class Learner(NamedTuple):
    """The innermost estimator of pipelines, searches and other wrappers.

    Parameters
    ----------
    estimator : estimator
        The innermost estimator, unfitted.
    prefix : str
        Prefix of its parameters in the outermost estimator, such as ``"mlp__"``.
    fitted : list of estimators
        The innermost estimators fitted on the folds; empty if they are not available.
    searched : mapping of str to str
        Parameters chosen by a search around it: full name to name in the search.
    placeholder : str or None, default=None
        Full name of the step directly before it in a pipeline, if that is "passthrough" or None.
    """

    estimator: Any
    prefix: str
    fitted: list[Any]
    searched: Mapping[str, str]
    placeholder: str | None = None

    @property
    def params(self) -> dict[str, Any]:
        """Current values of its parameters; if a search chose them, those of the first fold."""
        present = self.fitted[0] if self.fitted else self.estimator
        return present.get_params(deep=False) if hasattr(present, "get_params") else {}

    def change(self, code: str, name: str, new: Any, why: str = "") -> Advice:
        """Return advice to change one of its parameters."""
        outer, words = f"{self.prefix}{name}", f" {why}" if why else ""
        now = self.params.get(name.partition("__")[0])
        now = now if "__" not in name else getattr(now, name.partition("__")[2])
        if outer in self.searched:
            inner = self.searched[outer]
            action = f"Let the search try {inner}={new!r} (it chose {now!r}).{words}"
            return advice(code, action)
        return advice(code, f"Set {outer}={new!r} (now {now!r}).{words}", {outer: new})


def unwrapped(fitted: Any, attributes: Sequence[str] = _FITTED) -> Any:
    """Return the fitted estimator inside searches and wrappers, by attributes; pipelines are not entered."""
    for name in attributes:
        if hasattr(fitted, name):
            return unwrapped(getattr(fitted, name), attributes)
    return fitted


def learner_of(estimator: Any, fitted: Sequence[Any] = ()) -> Learner:
    """Return the innermost estimator, with those fitted on the folds."""
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
    """Return the names of the parameters that a search chooses."""
    space = params.get("param_distributions", params.get("param_grid", {}))
    return {name for part in ([space] if isinstance(space, Mapping) else space) for name in part}
