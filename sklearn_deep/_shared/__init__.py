"""Small pieces that every layer may use.

* Messages: ``words``, ``arguments`` (errors that name the arguments a class has), ``counterparts``
  (names: of plug-in families, of values in ``history_``, of the same things in other libraries),
  ``doubts`` (what fits warn of), ``tables`` of reports.
* Facts: ``unlabeled`` samples, the ``target_scale``.
* ``averaging``: what members of an ensemble predict, as numbers.
* Arithmetic: ``arithmetic`` holds the constants of training, ``quantiles`` those of weighted numbers.
"""

from sklearn_deep._shared import arithmetic
from sklearn_deep._shared.arguments import (
    ExplainsNames,
    advice_on_names,
    check_arguments,
    explained,
    with_parameters,
)
from sklearn_deep._shared.averaging import AveragingTask, weighted_mean
from sklearn_deep._shared.counterparts import (
    FAMILIES,
    METRIC_NAMES,
    MONITORS,
    NAMES,
    SCORE,
    larger_is_better,
)
from sklearn_deep._shared.doubts import (
    Doubt,
    ScaleWarning,
    by_kind,
    gathered,
    summed,
    tell,
    warn_user,
)
from sklearn_deep._shared.quantiles import weighted_quantiles
from sklearn_deep._shared.rounding import slack
from sklearn_deep._shared.tables import html_list, html_table, text_table
from sklearn_deep._shared.target_scale import TargetScale, is_constant
from sklearn_deep._shared.unlabeled import is_marked, is_unlabeled, of_simple_type
from sklearn_deep._shared.words import call_of, known_names, nearest_name

__all__ = [
    "FAMILIES",
    "METRIC_NAMES",
    "MONITORS",
    "NAMES",
    "SCORE",
    "AveragingTask",
    "Doubt",
    "ExplainsNames",
    "ScaleWarning",
    "TargetScale",
    "advice_on_names",
    "arithmetic",
    "by_kind",
    "call_of",
    "check_arguments",
    "explained",
    "gathered",
    "html_list",
    "html_table",
    "is_constant",
    "is_marked",
    "is_unlabeled",
    "known_names",
    "larger_is_better",
    "nearest_name",
    "of_simple_type",
    "slack",
    "summed",
    "tell",
    "text_table",
    "warn_user",
    "weighted_mean",
    "weighted_quantiles",
    "with_parameters",
]
