"""Small pieces that every layer of the library may use.

* Messages: ``words``, ``arguments`` (errors that list the arguments of a class), ``counterparts``
  (names of plug-in families, of values in ``history_``, and of the same things in other libraries),
  ``doubts`` (warnings about data), ``tables`` (of reports).
* Data: ``unlabeled`` (samples without a label), ``target_scale``, ``quantiles`` of weighted numbers.
* ``averaging``: predictions of the members of an ensemble, as numbers.
* Arithmetic: ``arithmetic`` (constants of training), ``rounding``.
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
