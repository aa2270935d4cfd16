"""Scaling of features and targets by a tuner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sklearn.preprocessing import StandardScaler

from sklearn_deep.model_selection._tuner.base import Base, unweighted, with_room
from sklearn_deep.model_selection._tuner.moves import Settings
from sklearn_deep.model_selection._tuner.trials import Trial

_FEATURES, _TARGET = SCALE_CODES = ("BV001", "BV002")


def scale_move(trial: Trial, params: Mapping[str, Any]) -> tuple[Base, Settings]:
    """Return the base and the settings that scale features and target; empty settings if impossible.

    Parameters
    ----------
    trial : Trial
        Trial of the unchanged estimator.
    params : mapping of str to object
        Arguments of ``fit``.
    """
    found = {one.code: one for one in trial.report.advice if one.code in SCALE_CODES}
    base, prefix, move = trial.base, trial.report.prefix, {}
    if _FEATURES in found:
        move = dict(found[_FEATURES].settings)
        room = None if move else with_room(base.estimator, prefix, params)
        if room is not None:
            # The advice contains the scaler to use, for example the one for sparse samples.
            base, place = room
            move = {place: StandardScaler(with_mean="with_mean" not in found[_FEATURES].action)}
        for scaler in move.values():
            unweighted(scaler)
    if _TARGET in found:
        move |= _renamed(found[_TARGET].settings, prefix, base.step)
    return base, move


def _renamed(settings: Mapping[str, Any], prefix: str, step: str) -> Settings:
    """Return settings of the network with their names in a pipeline around it."""
    inner = f"{prefix}{step}__" if step else prefix
    return {f"{inner}{name.removeprefix(prefix)}": value for name, value in settings.items()}
