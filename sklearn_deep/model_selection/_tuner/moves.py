"""Changes that a tuner may try against bias or variance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from numbers import Real
from typing import Any

import numpy as np
from sklearn.base import clone, is_classifier

from sklearn_deep._equality import same
from sklearn_deep.estimators import DeepEstimator
from sklearn_deep.inspection import Advice, BiasVarianceReport
from sklearn_deep.optimizers import LBFGS

Settings = dict[str, Any]

_CODES = {"bias": "BV1", "variance": "BV2"}
# Number of random draws per round before giving up on finding new settings.
_PATIENCE = 50
_BATCHES = (32, 64)


class Moves:
    """Candidates of a round: the advice of the report first, then random changes of the current setting.

    Parameters
    ----------
    estimator : estimator
        Estimator passed by the user.
    random_state : RandomState
        Generator of the random changes.
    """

    def __init__(self, estimator: Any, random_state: np.random.RandomState) -> None:
        self.estimator, self.random_state = estimator, random_state
        self._tried: list[Settings] = [{}]

    def __call__(
        self, phase: str, present: Settings, report: BiasVarianceReport, n_candidates: int
    ) -> list[Settings]:
        """Return up to ``n_candidates`` settings that have not been tried before."""
        advice = [a for a in report.advice if a.code.startswith(_CODES[phase]) and a.settings]
        network = self._network(present, report)
        found: list[Settings] = []
        for move in self._proposed(phase, advice, network, report.prefix):
            candidate = merged(present, move)
            if len(found) == n_candidates:
                break
            if not any(same(candidate, settings) for settings in self._tried):
                self._tried.append(candidate)
                found.append(candidate)
        return found

    def _network(self, present: Settings, report: BiasVarianceReport) -> Any:
        """Return the network with its current setting; None if the estimator is not a network."""
        whole = with_settings(self.estimator, present)
        inner = whole.get_params()[report.prefix[:-2]] if report.prefix else whole
        return inner if isinstance(inner, DeepEstimator) else None

    def _proposed(
        self, phase: str, advice: list[Advice], network: Any, prefix: str
    ) -> Iterator[Settings]:
        for one in advice:
            yield dict(one.settings)
        if advice:
            yield _together(advice)
        for _ in range(_PATIENCE):
            move = self._some(advice) if network is None or phase == "bias" else {}
            if network is not None:
                drawn = self._training(network) if phase == "bias" else self._restraints(network)
                move = merged(move, {f"{prefix}{name}": value for name, value in drawn.items()})
            yield move

    def _some(self, advice: list[Advice]) -> Settings:
        """Return each item of advice with probability 1/2."""
        move: Settings = {}
        for one in advice:
            if self._coin():
                move = merged(move, dict(one.settings))
        return move

    def _coin(self) -> bool:
        return bool(self.random_state.uniform() < 0.5)

    def _training(self, network: Any) -> Settings:
        """Return a learning rate close to the current one, and possibly smaller batches (more steps)."""
        params = network.get_params(deep=False)
        if params["optimizer"] == "lbfgs" or isinstance(params["optimizer"], LBFGS):
            return {}  # lbfgs ignores both
        factor = 10 ** self.random_state.uniform(-0.5, 1)
        drawn: Settings = {"learning_rate": _rounded(params["learning_rate"] * factor)}
        batch_size = params["batch_size"]
        smaller = [n for n in _BATCHES if batch_size == "auto" or n < batch_size]
        if self._coin() and smaller:
            drawn["batch_size"] = int(self.random_state.choice(smaller))
        return drawn

    def _restraints(self, network: Any) -> Settings:
        """Return regularization parameters, each with probability 1/2 and a random strength."""
        uniform, params = self.random_state.uniform, network.get_params(deep=False)
        drawn: Settings = {}
        if self._coin():
            drawn["weight_decay"] = _rounded(10 ** uniform(-5, -1.5))
        if self._coin():
            drawn["dropout"] = _rounded(uniform(0.05, 0.5))
        if self._coin() and isinstance(params["input_noise"], Real):
            drawn["input_noise"] = _rounded(10 ** uniform(-1.5, -0.3))
        if self._coin() and "label_smoothing" in params and is_classifier(network):
            drawn["label_smoothing"] = _rounded(uniform(0.02, 0.2))
        if self._coin():
            drawn["augmentation"] = "mixup"
        if self._coin():
            drawn["early_stopping"] = True
        return drawn


def with_settings(estimator: Any, settings: Settings) -> Any:
    """Return a copy of an estimator with copies of the settings."""
    return clone(estimator).set_params(**clone(settings, safe=False))


def merged(settings: Mapping[str, Any], move: Mapping[str, Any]) -> Settings:
    """Return settings updated by a move; a new object also discards settings nested in the old one."""
    replaced = tuple(f"{name}__" for name in move)
    kept = {name: value for name, value in settings.items() if not name.startswith(replaced)}
    return kept | dict(move)


def _together(advice: list[Advice]) -> Settings:
    """Return all advice merged; if two items set the same parameter, the first one wins."""
    move: Settings = {}
    for one in reversed(advice):
        move = merged(move, dict(one.settings))
    return move


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")
