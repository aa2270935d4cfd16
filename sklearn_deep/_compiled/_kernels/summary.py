"""Sums over the steps of an epoch: losses, penalties, and the parts of the score.

Between calls of compiled code, each small operation of torch takes several times as long as in a loop, so
this is one compiled call, too.
"""

# mypy: allow-untyped-defs, allow-untyped-decorators

from __future__ import annotations

import numpy as np
from numba import njit

from sklearn_deep._compiled._graph import codes
from sklearn_deep._compiled._kernels.elementwise import FLAGS


@njit(**FLAGS)
def _add_losses(steps, active, sizes, totals):
    """Add means over batches, weighted by their sizes; losses of samples without weight are ignored."""
    losses, slopes, penalties = steps
    n_terms = totals.size - 3
    for i in range(active.size):
        totals[0] += sizes[i]
        for term in range(n_terms):
            total = 0.0
            for j in range(term, slopes.shape[1], n_terms):
                slope = np.float64(slopes[i, j])
                if slope > 0:
                    total += slope * losses[i, j]
            # The conversion makes a loss overflow as it would in the network's dtype.
            totals[3 + term] += sizes[i] * losses.dtype.type(total)
        if active[i]:
            totals[1] += sizes[i]
            totals[2] += sizes[i] * np.float64(penalties[i, 0])


# In the functions below, ``outputs`` are those of a step, and ``first`` is the position of the first output of
# a sample. Making an array for each sample would take longer than the computation.


@njit(**FLAGS)
def _has_class(outputs, first, n_outputs, true):
    """Return whether the true class is the first one with the largest output, without branches."""
    value, n_above = outputs[first + true], 0
    for k in range(first, first + true):
        n_above += not outputs[k] < value
    for k in range(first + true + 1, first + n_outputs):
        n_above += not outputs[k] <= value
    return n_above == 0


@njit(**FLAGS)
def _has_labels(outputs, first, targets, row):
    n_wrong = 0
    for k in range(targets.shape[1]):
        n_wrong += (outputs[first + k] > 0) != (targets[row, k] > 0.5)
    return n_wrong == 0


@njit(**FLAGS)
def _add_moments(outputs, first, targets, row, weight, moments):
    """Update each output's target mean, and the sums of squares around it and around the prediction."""
    share = weight / moments[0, 0]
    for k in range(targets.shape[1]):
        target = np.float64(targets[row, k])
        distance = target - moments[1 + k, 0]
        moments[1 + k, 0] += share * distance
        moments[1 + k, 1] += weight * distance * (target - moments[1 + k, 0])
        residual = target - outputs[first + k]
        moments[1 + k, 2] += weight * residual * residual


@njit(**FLAGS)
def _add_scores(outputs, targets, rows, scored, kind, moments):
    """Add the parts of the score of a step."""
    n_outputs = outputs.size // rows.size
    for j in range(rows.size):
        weight, row, first = np.float64(scored[j]), rows[j], j * n_outputs
        if weight > 0:
            moments[0, 0] += weight
            if kind == codes.R2:
                _add_moments(outputs, first, targets, row, weight, moments)
            elif kind == codes.LABELS:
                moments[0, 1] += weight * _has_labels(outputs, first, targets, row)
            else:
                true = int(targets[row, 0])
                moments[0, 1] += weight * _has_class(outputs, first, n_outputs, true)


def summarize(steps, active, sizes, scored, outputs, targets, order, kind, totals, moments):
    """Add the values of some steps of an epoch to the totals.

    Parameters
    ----------
    steps : tuple of three ndarray of shape (n_steps, ...)
        Losses of all samples and terms, their slopes, and penalties.
    active : bool ndarray of shape (n_steps,)
        Whether a step updates the state.
    sizes : float64 ndarray of shape (n_steps,)
        Number of samples of each batch.
    scored : ndarray of shape (n_steps, n_rows)
        Weight of each sample in the score.
    outputs : ndarray of shape (n_steps, n_rows * n_outputs)
    targets : ndarray of shape (n_stored, n_outputs)
        For classification with several classes, the number of the true class, ``(n_stored, 1)``.
    order : int64 ndarray of shape (n_steps, n_rows)
        Index of the target of each sample.
    kind : int
        A kind of score from ``codes``.
    totals : float64 ndarray of shape (3 + n_terms,)
        Changed in place. Number of samples, number of samples of steps that update the state, the
        sum of penalties times the latter, and the sums of each term's losses times the former.
    moments : float64 ndarray of shape (1 + n_outputs, 3)
        Changed in place. First row: weight, and weight of correct predictions. Other rows: mean of
        the target, and sums of squares around it and around predictions.
    """
    _add_losses(steps, active, sizes, totals)
    if kind != codes.NO_SCORE:
        for i in range(active.size):
            _add_scores(outputs[i], targets, order[i], scored[i], kind, moments)
