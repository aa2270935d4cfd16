"""What a tuner keeps of each round, and how it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, NamedTuple


class TunerStep(NamedTuple):
    """One round of a ``BiasVarianceTuner``.

    Parameters
    ----------
    round : int
        From 0, which measures the estimator as it was given.
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
        Fits made, one a candidate and fold.
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
_N_LEFT = 2


class TunerSteps(list[TunerStep]):
    """Rounds in order; prints as a table."""

    def _rows(self) -> list[tuple[str, ...]]:
        return [_HEAD, *(_cells(step) for step in self)]

    def __repr__(self) -> str:
        rows = self._rows()
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join("  ".join(_padded(row, widths)).rstrip() for row in rows)

    def _repr_html_(self) -> str:
        head, *body = self._rows()
        lines = [_html_row(head, "th"), *(_html_row(row, "td") for row in body)]
        return f"<table>{''.join(lines)}</table>"


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


def _padded(row: tuple[str, ...], widths: list[int]) -> list[str]:
    """Return the cells with words to the left and numbers to the right."""
    n_words = len(row) - _N_LEFT
    cells = list(zip(row, widths, strict=True))
    return [
        *(cell.rjust(width) for cell, width in cells[:n_words]),
        *(cell.ljust(width) for cell, width in cells[n_words:]),
    ]


def _html_row(row: tuple[str, ...], tag: str) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in row)}</tr>"
