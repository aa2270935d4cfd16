"""What a tuner keeps of each round, and how it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sklearn_deep._shared import html_table, text_table


class TunerStep(NamedTuple):
    """One round of a ``BiasVarianceTuner``.

    Parameters
    ----------
    round : int
        From 0, which measures the estimator unchanged.
    phase : str
        What the round acted on: "start", "scale", "bias" or "variance".
    why : str
        What was seen before, and so why the round did what it did.
    action : str
        What the candidate changes that the round chose.
    params : mapping of str to object
        The same as ``set_params`` takes it.
    train_error, validation_error, avoidable_bias, generalization_gap : float
        What came out, means over the folds.
    verdict : str
        "good", "bias", "variance" or "bias and variance".
    kept : bool
        Whether the change stays.
    n_candidates : int
        Settings tried.
    n_fits : int
        Fits made, one per candidate and fold.
    seconds : float
        Time of the round.
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
    """Rounds in order; prints as a table."""

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
