"""The findings of reports, and advice on them."""

from __future__ import annotations

import sysconfig
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

# Folders of the page that explains each finding (anchor: its code in lower case), in a checkout of the
# repository or, as a data file, in an installation.
_PLACES = (
    Path(__file__).parents[3] / "docs" / "guide",
    Path(sysconfig.get_path("data")) / "share" / "doc" / "sklearn_deep",
)

FINDINGS: Mapping[str, str] = MappingProxyType(
    {
        "BV001": "The features are not scaled.",
        "BV002": "The target is not scaled.",
        "BV101": "Training diverged.",
        "BV102": "The initial weights do not suit the activation.",
        "BV103": "Signals fade in a deep network whose activation saturates.",
        "BV104": "Training ran out of epochs before it converged.",
        "BV105": "The loss decreases slowly.",
        "BV106": "Early stopping ended training early.",
        "BV107": "A penalty keeps the weights small.",
        "BV108": "Dropout or noise disturbs training.",
        "BV109": "The layers are narrow.",
        "BV110": "The network is shallow.",
        "BV111": "A parameter keeps the model simple.",
        "BV199": "The model is too simple for the data.",
        "BV201": "The model is flexible for so few samples.",
        "BV202": "The weights are hardly penalized.",
        "BV203": "Units can rely on each other.",
        "BV204": "No data augmentation is used.",
        "BV205": "Training does not watch the validation error.",
        "BV206": "The code depends mostly on the labels.",
        "BV207": "A parameter lets the model be complex.",
        "BV299": "The model is too flexible for the data.",
        "SP101": "The signal vanishes in the forward pass.",
        "SP102": "The signal explodes in the forward pass.",
        "SP103": "The gradient vanishes in the backward pass.",
        "SP104": "The gradient explodes in the backward pass.",
        "SP105": "Units are dead.",
        "SP106": "Units are saturated.",
        "SP107": "The samples are not scaled to unit variance.",
    }
)


class Advice(NamedTuple):
    """A recommended change, and the reason for it.

    Parameters
    ----------
    code : str
        Stable name of the finding, such as "BV104".
    problem : str
        The finding, in words.
    action : str
        Recommended change, in terms of the estimator's parameters.
    link : str
        URL of the section of the documentation that explains it: a file of the repository or of the
        installation.
    settings : mapping of str to object
        The change as arguments of ``set_params``; empty if it cannot be made by setting parameters.
    """

    code: str
    problem: str
    action: str
    link: str
    settings: Mapping[str, Any] = MappingProxyType({})


def advice(code: str, action: str, settings: Mapping[str, Any] | None = None) -> Advice:
    """Return the advice on a finding."""
    return Advice(code, FINDINGS[code], action, f"{_page()}#{code.lower()}", dict(settings or {}))


@cache
def _page() -> str:
    """Return the URL of the page that explains findings."""
    pages = [folder / "inspection.md" for folder in _PLACES]
    return next((page for page in pages if page.exists()), pages[-1]).as_uri()
