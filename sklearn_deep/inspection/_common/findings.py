"""What a report can find, and what it then advises."""

from __future__ import annotations

import sysconfig
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

# The page that explains each finding, under an anchor of its code in lower case. An installation
# without a checkout has it as a data file.
_PLACES = (
    Path(__file__).parents[3] / "docs" / "guide",
    Path(sysconfig.get_path("data")) / "share" / "doc" / "sklearn_deep",
)

FINDINGS: Mapping[str, str] = MappingProxyType(
    {
        "BV001": "The features are off scale.",
        "BV002": "The target is off scale.",
        "BV101": "Training diverged.",
        "BV102": "The initial weights do not suit the activation.",
        "BV103": "Signals fade in a deep network whose activation saturates.",
        "BV104": "Training ran out of epochs before it converged.",
        "BV105": "The loss falls slowly.",
        "BV106": "Early stopping ended training early.",
        "BV107": "A penalty keeps the weights small.",
        "BV108": "Dropout or noise disturbs training.",
        "BV109": "The layers are narrow.",
        "BV110": "The network is shallow.",
        "BV111": "A parameter keeps the model simple.",
        "BV199": "The model is too simple for the data.",
        "BV201": "There are few samples for a model this flexible.",
        "BV202": "The weights are hardly penalized.",
        "BV203": "Units can rely on each other.",
        "BV204": "No data augmentation is used.",
        "BV205": "Training does not watch the validation error.",
        "BV206": "The code depends mostly on the labels.",
        "BV207": "A parameter lets the model be complex.",
        "BV299": "The model is too flexible for the data.",
        "SP101": "The signal vanishes on its way forward.",
        "SP102": "The signal explodes on its way forward.",
        "SP103": "The gradient vanishes on its way back.",
        "SP104": "The gradient explodes on its way back.",
        "SP105": "Units are dead.",
        "SP106": "Units are saturated.",
        "SP107": "The samples are not of unit scale.",
    }
)


class Advice(NamedTuple):
    """One thing to do, and why.

    Parameters
    ----------
    code : str
        Stable name of the finding, such as "BV104".
    problem : str
        What was found.
    action : str
        What to do about it, in the parameters of the estimator at hand.
    link : str
        URL of the page and line of the documentation that explain it: a file of the checkout or of the
        installed distribution.
    settings : mapping of str to object
        The action as ``set_params`` takes it; empty where it is none that can be set.
    """

    code: str
    problem: str
    action: str
    link: str
    settings: Mapping[str, Any] = MappingProxyType({})


def advice(code: str, action: str, settings: Mapping[str, Any] | None = None) -> Advice:
    """Return advice on a finding."""
    return Advice(code, FINDINGS[code], action, f"{_page()}#{code.lower()}", dict(settings or {}))


@cache
def _page() -> str:
    """Return the URL of the page on findings."""
    pages = [folder / "inspection.md" for folder in _PLACES]
    return next((page for page in pages if page.exists()), pages[-1]).as_uri()
