"""Report on signals and gradients in the layers of a network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sklearn_deep._shared import html_list, html_table, text_table
from sklearn_deep.inspection._common import Advice
from sklearn_deep.inspection._signal.rates import geometric_rate, verdict_on

_SHOWN = 12


@dataclass(frozen=True, eq=False, repr=False)
class SignalPropagationReport:
    """Result of ``signal_propagation``; prints as a table.

    All arrays have one value per call of a layer with weights, in the order of the calls.

    Parameters
    ----------
    layers : tuple of str
        Names of the layers; ``"name#2"`` is the second call of a layer.
    mean_square_z : ndarray of shape (n_layers,)
        E[z²] over samples and units, where z is the output of the layer (pre-activations).
    mean_square_h : ndarray of shape (n_layers,)
        E[h²], where h is the input of the next layer, after activation and normalization.
    mean_square_gradient : ndarray of shape (n_layers,)
        E[(∂J/∂z)²], where J is the loss of a sample; NaN if no output depends on the layer.
    dead_share : ndarray of shape (n_layers,)
        Fraction of units whose activation is 0 for all samples.
    saturated_share : ndarray of shape (n_layers,)
        Fraction of activations with ``|tanh| > 0.99``, or logistic below 0.01 or above 0.99; 0 for
        functions that do not saturate on both sides.
    weight_norm : ndarray of shape (n_layers,)
        Frobenius norm of the weight.
    is_hidden : ndarray of bool of shape (n_layers,)
        Whether the layer is followed by another layer; rates and verdicts use only these layers.
    mean_square_x : float, default=1.0
        E[x²] of the samples.
    advice : tuple of Advice
        Recommended changes.
    """

    layers: tuple[str, ...]
    mean_square_z: np.ndarray
    mean_square_h: np.ndarray
    mean_square_gradient: np.ndarray
    dead_share: np.ndarray
    saturated_share: np.ndarray
    weight_norm: np.ndarray
    is_hidden: np.ndarray
    mean_square_x: float = 1.0
    advice: tuple[Advice, ...] = ()

    @property
    def forward_ratio(self) -> np.ndarray:
        """E[z²] of each layer divided by that of the previous layer; NaN for the first layer."""
        return _ratios(self.mean_square_z)

    @property
    def backward_ratio(self) -> np.ndarray:
        """E[(∂J/∂z)²] of each layer divided by that of the next layer; NaN for the last layer."""
        return _ratios(self.mean_square_gradient[::-1])[::-1]

    @property
    def forward_rate(self) -> float:
        """Factor by which E[z²] changes per hidden layer; NaN for fewer than two hidden layers."""
        return geometric_rate(self._forward)

    @property
    def backward_rate(self) -> float:
        """Factor by which E[(∂J/∂z)²] changes per hidden layer in the backward pass."""
        return geometric_rate(self._backward)

    @property
    def forward_verdict(self) -> str:
        """Verdict on signals: "healthy", "vanishing" or "exploding"."""
        return verdict_on(self._forward)

    @property
    def backward_verdict(self) -> str:
        """Verdict on gradients: "healthy", "vanishing" or "exploding"."""
        return verdict_on(self._backward)

    @property
    def _forward(self) -> np.ndarray:
        return self.mean_square_z[self.is_hidden]

    @property
    def _backward(self) -> np.ndarray:
        gradients = self.mean_square_gradient[self.is_hidden][::-1]
        return gradients[~np.isnan(gradients)]

    def _rows(self) -> list[list[str]]:
        head = [
            "layer",
            "E[z²]",
            "ratio",
            "E[h²]",
            "E[(∂J/∂z)²]",
            "ratio",
            "dead",
            "saturated",
            "‖W‖",
        ]
        columns = [
            self.mean_square_z,
            self.forward_ratio,
            self.mean_square_h,
            self.mean_square_gradient,
            self.backward_ratio,
        ]
        rows = [
            [
                name,
                *("" if np.isnan(column[i]) else f"{column[i]:.3g}" for column in columns),
                f"{self.dead_share[i]:.0%}",
                f"{self.saturated_share[i]:.0%}",
                f"{self.weight_norm[i]:.3g}",
            ]
            for i, name in enumerate(self.layers)
        ]
        if len(rows) > _SHOWN:
            half = _SHOWN // 2
            rows = [*rows[:half], ["…"] * len(head), *rows[-half:]]
        return [head, *rows]

    def _lines(self) -> list[str]:
        return [
            f"Forward: {self.forward_verdict} ({_pace('E[z²]', self.forward_rate)})",
            f"Backward: {self.backward_verdict} ({_pace('E[(∂J/∂z)²]', self.backward_rate)})",
        ]

    def _remarks(self) -> list[str]:
        return [f"{a.code} {a.problem} {a.action}" for a in self.advice]

    def __repr__(self) -> str:
        return "\n".join([*self._lines(), *text_table(self._rows()), *self._remarks()])

    def _repr_html_(self) -> str:
        table = html_table(self._rows())
        return f"{html_list(self._lines())}{table}{html_list(self._remarks())}"


def _pace(what: str, rate: float) -> str:
    return "fewer than two hidden layers" if np.isnan(rate) else f"{what} × {rate:.3g} per layer"


def _ratios(values: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.concatenate([[np.nan], values[1:] / values[:-1]])[: len(values)]
