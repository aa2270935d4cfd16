"""The score that separates outliers from inliers."""

from __future__ import annotations

import numpy as np
from scipy.stats import norm

from sklearn_deep._shared import weighted_quantiles

# The cutoff of ROBPCA: 2.5 % of clean normal data lie above it.
_DEVIATIONS = norm.ppf(0.975)
_MAD_OF_NORMAL = norm.ppf(0.75)


def outlier_threshold(scores: np.ndarray, weight: np.ndarray, contamination: float | str) -> float:
    """Return the score below which samples are outliers.

    Parameters
    ----------
    scores : ndarray of shape (n_samples,)
        Minus the errors of the training samples.
    weight : ndarray of shape (n_samples,)
        A sample of weight 2 counts as two samples, one of weight 0 not at all.
    contamination : "auto" or float in (0, 0.5]
        Share of the weight below the threshold, or less if no threshold makes it exact.
    """
    if contamination != "auto":
        return float(weighted_quantiles(scores, weight, float(contamination)))
    return -_robust_cutoff(-scores, weight)


def _robust_cutoff(errors: np.ndarray, weight: np.ndarray) -> float:
    """Return the largest error of an inlier, if cube roots of errors are about normal."""
    roots = np.cbrt(errors)
    middle = weighted_quantiles(roots, weight, 0.5)
    deviation = weighted_quantiles(np.abs(roots - middle), weight, 0.5) / _MAD_OF_NORMAL
    cutoff = (middle + _DEVIATIONS * deviation) ** 3
    # Equal errors have no deviation, and powers of roots are rounded.
    return float(max(cutoff, weighted_quantiles(errors, weight, 0.5)))
