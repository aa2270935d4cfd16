"""Records of the rounds of a tuner, and their table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sklearn_deep._shared import html_table, text_table


class TunerStep(NamedTuple):
    """One round of a ``BiasVarianceTuner``.

    Parameters
    ----------
    round : int
        Number of the round. Round 0 measures the unchanged estimator.
    phase : str
        Aim of the round: "start", "scale", "bias" or "variance".
    why : str
        Diagnosis before the round, which is the reason for the action.
    action : str
        Parameters changed by the chosen candidate, as text.
    params : mapping of str to object
        Parameters changed by the chosen candidate, as arguments of ``set_params``.
    train_error, validation_error, avoidable_bias, generalization_gap : float
        Results of the chosen candidate, averaged over the folds.
    verdict : str
        "good", "bias", "variance" or "bias and variance".
    kept : bool
        Whether the change was kept.
    n_candidates : int
        Number of settings tried.
    n_fits : int
        Number of fits, one per candidate and fold.
    seconds : float
        Duration of the round in seconds.
    """

    round: int
    phase: str
    why: str
    action: str
    params: Mapping[str, Any]
    train_error: float
    validation_error: float
    avoidable_bias: float
    generalization_gap: float
    verdict: str
    kept: bool
    n_candidates: int
    n_fits: int
    seconds: float


_HEAD = ("round", "train", "validation", "verdict", "kept", "fits", "seconds", "why", "action")
_WORDS = (_HEAD.index("why"), _HEAD.index("action"))


class TunerSteps(list[TunerStep]):
    """List of rounds that prints as a table."""

    def _rows(self) -> list[tuple[str, ...]]:
        return [_HEAD, *(_cells(step) for step in self)]

    def __repr__(self) -> str:
        return "\n".join(text_table(self._rows(), left=_WORDS))

    def _repr_html_(self) -> str:
        return html_table(self._rows())


def _cells(step: TunerStep) -> tuple[str, ...]:
    return (
        str(step.round),
        f"{step.train_error:.4f}",
        f"{step.validation_error:.4f}",
        step.verdict,
        "yes" if step.kept else "no",
        str(step.n_fits),
        f"{step.seconds:.1f}",
        step.why,
        step.action,
    )
