"""What an epoch adds up of its steps: losses, penalties and what the score is made of.

After compiled code, each small operation of torch takes several times as long as in a loop of its own, so
this runs in one call, too.
"""

# mypy: allow-untyped-defs, allow-untyped-decorators

from __future__ import annotations

import numpy as np
from numba import njit

from sklearn_deep._compiled._graph import codes
from sklearn_deep._compiled._kernels.elementwise import FLAGS


@njit(**FLAGS)
def _add_losses(steps, active, sizes, totals):
    """Add means over batches, by size; samples without weight may have any loss."""
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
            # A loss that overflows does so in the type of the network.
            totals[3 + term] += sizes[i] * losses.dtype.type(total)
        if active[i]:
            totals[1] += sizes[i]
            totals[2] += sizes[i] * np.float64(penalties[i, 0])


# In the functions below, outputs are those of a step and ``first`` is the place of a row's first one:
# to make an array of each row would take longer than what is done with it.


@njit(**FLAGS)
def _has_class(outputs, first, n_outputs, true):
    """Find whether the true class has the first of the largest outputs, without branches on data."""
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
    """Move the mean of each output's target, and sums of squares around it and around the prediction."""
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
    """Add what the score of a step is made of."""
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
    """Add some steps of an epoch to what it has added up so far.

    Parameters
    ----------
    steps : tuple of three ndarray of shape (n_steps, ...)
        Losses of all rows and terms, their slopes, penalties.
    active : bool ndarray of shape (n_steps,)
        Whether a step moves the state.
    sizes : float64 ndarray of shape (n_steps,)
        Number of samples of each batch.
    scored : ndarray of shape (n_steps, n_rows)
        Weight of each row in the score.
    outputs : ndarray of shape (n_steps, n_rows * n_outputs)
    targets : ndarray of shape (n_stored, n_outputs)
        Of several classes, the number of the true one, ``(n_stored, 1)``.
    order : int64 ndarray of shape (n_steps, n_rows)
        Which target belongs to each row.
    kind : int
        A score of ``codes``.
    totals : float64 ndarray of shape (3 + n_terms,)
        Changed in place: samples, samples of steps that move, the sums of these and penalties, and of
        samples and losses.
    moments : float64 ndarray of shape (1 + n_outputs, 3)
        Changed in place. First row: weight, weight of hits. Others: of the target's mean and
        sums of squares around it and around predictions.
    """
    _add_losses(steps, active, sizes, totals)
    if kind != codes.NO_SCORE:
        for i in range(active.size):
            _add_scores(outputs[i], targets, order[i], scored[i], kind, moments)
