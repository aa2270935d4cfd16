"""Warnings about data that is valid but probably not what the user means.

``scale`` measures features, ``scale_doubt`` and ``target_doubt`` warn about features and targets that
are not scaled or out of range, and ``labels`` about labels that look one-hot encoded or use -1.
"""

from sklearn_deep.estimators._doubts.labels import of_minus_one, of_one_hot
from sklearn_deep.estimators._doubts.scale import off_scale
from sklearn_deep.estimators._doubts.scale_doubt import OFF_SCALE, OFF_SCALE_SPARSE, scale_doubts
from sklearn_deep.estimators._doubts.target_doubt import (
    clipped_doubts,
    fixed_target_doubts,
    later_target_doubts,
)

__all__ = [
    "OFF_SCALE",
    "OFF_SCALE_SPARSE",
    "clipped_doubts",
    "fixed_target_doubts",
    "later_target_doubts",
    "of_minus_one",
    "of_one_hot",
    "off_scale",
    "scale_doubts",
]
