"""Advice on vanishing or exploding signals, and on dead or saturated units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from sklearn_deep.inspection._common import Advice, Learner, advice, saturates, suits
from sklearn_deep.inspection._signal.report import SignalPropagationReport

# Fraction of dead units, or of saturated activations, of a hidden layer that is too high.
_MANY = 0.25
# Accepted factor between E[x²] and 1, its value for standardized samples.
_SCALE = 100.0
_RULE = "variance 2/fan_in (He) after ReLU, 1/fan_in after tanh and for the first layer"
_FADING = f"Initialize weights with {_RULE}, or use normalization."
_OF_A_MODULE: Mapping[str, str] = MappingProxyType(
    {
        "SP101": _FADING,
        "SP102": f"Initialize smaller weights ({_RULE}), or use normalization.",
        "SP103": f"{_FADING} Use ReLU instead of logistic or tanh units.",
        "SP104": "Initialize smaller weights, use normalization, or clip gradients.",
        "SP105": "Use leaky ReLU, or a smaller learning rate.",
        "SP106": "Initialize smaller weights, scale the features, or use normalization.",
    }
)


def signal_advice(
    report: SignalPropagationReport, learner: Learner | None, *, at: str
) -> list[Advice]:
    """Return advice for all findings; a change is repeated only if its finding has no other."""
    found: list[Advice] = []
    if not 1 / _SCALE <= report.mean_square_x <= _SCALE:
        words = f"E[x²] is {report.mean_square_x:.3g}. Place a StandardScaler before the network."
        found.append(advice("SP107", words))
    for code in _codes(report):
        made = (
            [advice(code, _OF_A_MODULE[code])] if learner is None else _changes(code, learner, at)
        )
        seen = [one.action for one in found]
        fresh = [one for one in made if one.action not in seen]
        found += fresh or made[:1]
    return found


def _codes(report: SignalPropagationReport) -> Iterator[str]:
    for verdict, low, high in (
        (report.forward_verdict, "SP101", "SP102"),
        (report.backward_verdict, "SP103", "SP104"),
    ):
        if verdict != "healthy":
            yield low if verdict == "vanishing" else high
    if np.max(report.dead_share[report.is_hidden], initial=0) > _MANY:
        yield "SP105"
    if np.max(report.saturated_share[report.is_hidden], initial=0) > _MANY:
        yield "SP106"


def _changes(code: str, learner: Learner, at: str) -> list[Advice]:
    params = learner.params
    if code == "SP105":
        return [*_lively(learner, at)]
    found = []
    if not _is(params["init"], ("auto",)) and not suits(params["init"], params["activation"]):
        found.append(learner.change(code, "init", "auto"))
    if code in ("SP101", "SP103") and saturates(params["activation"]):
        found.append(learner.change(code, "activation", "relu"))
    if params["normalization"] is None:
        found.append(learner.change(code, "normalization", "layer"))
    return found or [advice(code, "Use fewer layers, or layers of similar width.")]


def _lively(learner: Learner, at: str) -> Iterator[Advice]:
    if not _is(learner.params["activation"], ("leaky_relu",)):
        yield learner.change("SP105", "activation", "leaky_relu")
    if at == "fitted":
        smaller = float(f"{learner.params['learning_rate'] / 3:.3g}")
        yield learner.change("SP105", "learning_rate", smaller)


def _is(value: Any, names: tuple[str, ...]) -> bool:
    return isinstance(value, str) and value in names
