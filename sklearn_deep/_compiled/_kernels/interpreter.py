"""The interpreter: runs the instructions of a step on one flat memory, step after step.

It is compiled once, not once per network. Memory is one array, and every tensor is a position in it.
"""

# mypy: allow-untyped-defs, allow-untyped-decorators

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from sklearn_deep._compiled._graph import codes
from sklearn_deep._compiled._kernels import functions as f
from sklearn_deep._compiled._kernels.elementwise import FLAGS, run_binary, run_ternary, run_unary
from sklearn_deep._compiled._kernels.random import fill_normal, fill_uniform
from sklearn_deep._compiled._kernels.transposition import run_transposition

# Terms of a sum may be reordered, so that LLVM can use vectors of partial sums; the order is fixed when compiled.
_SUMS: dict[str, Any] = {**FLAGS, "fastmath": {"contract", "reassoc"}}


@njit(**FLAGS)
def run_group(memory, row, elementwise):
    """Run elementwise operations chunk by chunk, so that intermediate results stay in the cache."""
    first, n_spread, n_operations, n_elements, chunk = row[1], row[2], row[3], row[4], row[5]
    for k in range(first, first + n_spread):
        _spread(memory, elementwise[k], min(chunk, n_elements))
    first += n_spread
    for start in range(0, n_elements, chunk):
        n = min(chunk, n_elements - start)
        for k in range(first, first + n_operations):
            _run_operation(memory, elementwise[k], start, n)


@njit(**FLAGS)
def _copy(source, target):
    for i in range(source.size):
        target[i] = source[i]


@njit(**FLAGS)
def _spread(memory, row, n):
    """Spread the elements of a smaller tensor over a chunk."""
    o, a = memory[row[1] : row[1] + n], row[3]
    if row[0] == codes.FILL:
        value = memory[a]
        for i in range(n):
            o[i] = value
    else:
        period = row[9]
        source = memory[a : a + period]
        for begin in range(0, n, period):
            _copy(source, o[begin : begin + period])


@njit(**FLAGS)
def _run_operation(memory, row, start, n):
    """Run one operation on a chunk; each position either advances with the chunk or not."""
    operation = row[0]
    at = row[1] + row[2] * start
    o = memory[at : at + n]
    if operation == codes.REPEAT:
        times = row[9]
        first = row[3] + start // times
        for i in range(n // times):
            value, part = memory[first + i], o[i * times : (i + 1) * times]
            for j in range(times):
                part[j] = value
        return
    at = row[3] + row[4] * start
    a = memory[at : at + n]
    if operation < codes.ADD:
        run_unary(operation, o, a)
        return
    at = row[5] + row[6] * start
    b = memory[at : at + n]
    if operation < codes.SELECT:
        run_binary(operation, o, a, b)
        return
    at = row[7] + row[8] * start
    run_ternary(operation, o, a, b, memory[at : at + n])


@njit(**FLAGS)
def _matrix(memory, place, n_rows, n_columns):
    return memory[place : place + n_rows * n_columns].reshape(n_rows, n_columns)


@njit(**FLAGS)
def run_product(memory, row):
    """Multiply two matrices, each stored in row-major or (transposed) in column-major order."""
    a, b, o = row[1], row[2], row[3]
    m, k, n = row[4], row[5], row[6]
    out = _matrix(memory, o, m, n)
    if row[7] == 0:
        left = _matrix(memory, a, m, k)
        if row[8] == 0:
            np.dot(left, _matrix(memory, b, k, n), out)
        else:
            np.dot(left, _matrix(memory, b, n, k).T, out)
    else:
        turned = _matrix(memory, a, k, m).T
        if row[8] == 0:
            np.dot(turned, _matrix(memory, b, k, n), out)
        else:
            np.dot(turned, _matrix(memory, b, n, k).T, out)


@njit(**_SUMS)
def run_sum(memory, row):
    """Sum over the middle axis of ``(n_outer, n, n_inner)``."""
    a, o, n_outer, n, n_inner = row[1], row[2], row[3], row[4], row[5]
    if n_inner == 1:
        for i in range(n_outer):
            values = memory[a + i * n : a + (i + 1) * n]
            total = memory.dtype.type(0)
            for j in range(n):
                total += values[j]
            memory[o + i] = total
        return
    for i in range(n_outer):
        out = memory[o + i * n_inner : o + (i + 1) * n_inner]
        for k in range(n_inner):
            out[k] = 0
        for j in range(n):
            at = a + (i * n + j) * n_inner
            values = memory[at : at + n_inner]
            for k in range(n_inner):
                out[k] += values[k]


@njit(**FLAGS)
def run_max(memory, row):
    """Compute the maximum over the middle axis; NaN counts as the largest."""
    a, o, n_outer, n, n_inner = row[1], row[2], row[3], row[4], row[5]
    for i in range(n_outer):
        out = memory[o + i * n_inner : o + (i + 1) * n_inner]
        for j in range(n):
            at = a + (i * n + j) * n_inner
            values = memory[at : at + n_inner]
            for k in range(n_inner):
                x, y = out[k], values[k]
                out[k] = y if (j == 0) | (y != y) | (y > x) else x


@njit(**FLAGS)
def run_log_softmax(memory, row):
    """Compute the log-softmax over the middle axis; ``row[6]`` is scratch memory for ``n_inner`` numbers."""
    a, o, n_outer, n, n_inner, room = row[1], row[2], row[3], row[4], row[5], row[6]
    if n_inner == 1:
        for i in range(n_outer):
            _log_softmax_of_row(
                memory[a + i * n : a + (i + 1) * n], memory[o + i * n : o + (i + 1) * n]
            )
        return
    largest = memory[room : room + n_inner]
    total = memory[room + n_inner : room + 2 * n_inner]
    for i in range(n_outer):
        base = i * n * n_inner
        for k in range(n_inner):
            largest[k], total[k] = memory[a + base + k], 0
        for j in range(1, n):
            values = memory[a + base + j * n_inner : a + base + (j + 1) * n_inner]
            for k in range(n_inner):
                x, y = largest[k], values[k]
                largest[k] = y if y > x else x
        for j in range(n):
            values = memory[a + base + j * n_inner : a + base + (j + 1) * n_inner]
            for k in range(n_inner):
                total[k] += f.exp(values[k] - largest[k])
        for k in range(n_inner):
            total[k] = f.log(total[k]) + largest[k]
        for j in range(n):
            values = memory[a + base + j * n_inner : a + base + (j + 1) * n_inner]
            out = memory[o + base + j * n_inner : o + base + (j + 1) * n_inner]
            for k in range(n_inner):
                out[k] = values[k] - total[k]


@njit(**_SUMS)
def _log_softmax_of_row(values, out):
    largest = values[0]
    for k in range(1, values.size):
        largest = values[k] if values[k] > largest else largest
    for k in range(values.size):
        out[k] = f.exp(values[k] - largest)
    total = out.dtype.type(0)
    for k in range(values.size):
        total += out[k]
    total = f.log(total) + largest
    for k in range(values.size):
        out[k] = values[k] - total


@njit(**FLAGS)
def run_log_softmax_gradient(memory, row):
    """Compute ``g - exp(log p) · Σ g`` over the middle axis."""
    g, p, o, n_outer, n, n_inner, room = row[1], row[2], row[3], row[4], row[5], row[6], row[7]
    total = memory[room : room + n_inner]
    for i in range(n_outer):
        base = i * n * n_inner
        if n_inner == 1:
            _softmax_gradient_of_row(
                memory[g + base : g + base + n],
                memory[p + base : p + base + n],
                memory[o + base : o + base + n],
            )
            continue
        for k in range(n_inner):
            total[k] = 0
        for j in range(n):
            slopes = memory[g + base + j * n_inner : g + base + (j + 1) * n_inner]
            for k in range(n_inner):
                total[k] += slopes[k]
        for j in range(n):
            at = base + j * n_inner
            slopes, logs = memory[g + at : g + at + n_inner], memory[p + at : p + at + n_inner]
            out = memory[o + at : o + at + n_inner]
            for k in range(n_inner):
                out[k] = slopes[k] - f.exp(logs[k]) * total[k]


@njit(**_SUMS)
def _softmax_gradient_of_row(slopes, logs, out):
    total = out.dtype.type(0)
    for k in range(slopes.size):
        total += slopes[k]
    for k in range(slopes.size):
        out[k] = slopes[k] - f.exp(logs[k]) * total


@njit(**FLAGS)
def run_adam(memory, row):
    """Update parameters and both running means by the formula of ``optimizers.Adam``."""
    n = row[11]
    p, g = memory[row[9] : row[9] + n], memory[row[1] : row[1] + n]
    m, v = memory[row[2] : row[2] + n], memory[row[3] : row[3] + n]
    new_1, new_2, rate = memory[row[4]], memory[row[5]], memory[row[8]]
    correction, epsilon = memory.dtype.type(1) / memory[row[6]], memory[row[7]]
    old_1, old_2 = memory.dtype.type(1) - new_1, memory.dtype.type(1) - new_2
    for i in range(n):
        # A mean that overflowed stays infinite; computed as a difference it would become NaN.
        m[i] = old_1 * m[i] + new_1 * g[i]
        v[i] = old_2 * v[i] + new_2 * (g[i] * g[i])
        p[i] -= rate * m[i] / (math.sqrt(v[i]) * correction + epsilon)


@njit(**FLAGS)
def run_strided(memory, row):
    """Copy a tensor of up to four axes from one layout to another."""
    a, o = row[1], row[2]
    for i in range(row[3]):
        for j in range(row[4]):
            for k in range(row[5]):
                at = a + i * row[7] + j * row[8] + k * row[9]
                to = o + i * row[11] + j * row[12] + k * row[13]
                if (row[10] == 1) & (row[14] == 1):
                    for m in range(row[6]):
                        memory[to + m] = memory[at + m]
                else:
                    for m in range(row[6]):
                        memory[to + m * row[14]] = memory[at + m * row[10]]


@njit(**FLAGS)
def _run_table(memory, table, elementwise):
    """Run the instructions of a table in order."""
    for i in range(table.shape[0]):
        row = table[i]
        kind = row[0]
        if kind == codes.GROUP:
            run_group(memory, row, elementwise)
        elif kind == codes.PRODUCT:
            run_product(memory, row)
        elif kind == codes.SUM:
            run_sum(memory, row)
        elif kind == codes.LOG_SOFTMAX:
            run_log_softmax(memory, row)
        elif kind == codes.LOG_SOFTMAX_GRADIENT:
            run_log_softmax_gradient(memory, row)
        elif kind == codes.TRANSPOSITION:
            run_transposition(memory, row)
        elif kind == codes.STRIDED:
            run_strided(memory, row)
        elif kind == codes.ADAM:
            run_adam(memory, row)
        elif kind == codes.MAX:
            run_max(memory, row)


@njit(**FLAGS)
def _take(memory, place, values, rows):
    """Copy rows of a matrix into memory, next to each other."""
    width = values.shape[1]
    for i in range(rows.size):
        source = values[rows[i]]
        for j in range(width):
            memory[place + j] = source[j]
        place += width


@njit(**FLAGS)
def fill_noise(memory, noise, epoch, batch):
    """Write the noise blocks of a batch."""
    for i in range(noise.shape[0]):
        block = memory[noise[i, 1] : noise[i, 1] + noise[i, 2]]
        if noise[i, 0] == codes.UNIFORM:
            fill_uniform(block, noise[i, 3], noise[i, 4], epoch, batch)
        else:
            fill_normal(block, noise[i, 3], noise[i, 4], epoch, batch)


def run_steps(
    memory, tables, elementwise, data, orders, columns, places, active, records, noise, when
):
    """Run all or some steps of an epoch.

    Parameters
    ----------
    memory : ndarray of shape (size,)
        Contains states and fixed inputs; changed in place.
    tables : tuple of three ndarray of shape (n_instructions, WIDTH)
        Instructions to run before all steps, in each step, and after steps that update the state.
    elementwise : ndarray of shape (n_operations, ELEMENTWISE_WIDTH)
    data : tuple of two ndarray of shape (n_stored, width)
        Samples and targets.
    orders : tuple of two int64 ndarray of shape (n_steps, n_rows)
        Indices of the samples and targets of each step.
    columns : tuple of three ndarray of shape (n_steps, ...)
        Slopes, shares and the coefficients of the update, for each step.
    places : int64 ndarray of shape (9,)
        Positions of samples, targets, slopes, shares, coefficients, losses, outputs, penalties of
        plug-ins, and penalty of weight decay; -1 if there is none.
    active : bool ndarray of shape (n_steps,)
        Whether a step updates the state.
    records : tuple of three ndarray of shape (n_steps, ...)
        Losses, outputs and penalties, written here. Outputs of width 0 are not written.
    noise : int64 ndarray of shape (n_sites, 5)
        Kind, position, number of elements and key of each noise block.
    when : tuple of two int
        Epoch, and the number of the first step within it.
    """
    slopes, shares, coefficients = columns
    losses, outputs, penalties = records
    _run_table(memory, tables[0], elementwise)
    for i in range(active.size):
        _take(memory, places[0], data[0], orders[0][i])
        _take(memory, places[1], data[1], orders[1][i])
        _copy(slopes[i], memory[places[2] : places[2] + slopes.shape[1]])
        _copy(shares[i], memory[places[3] : places[3] + shares.shape[1]])
        _copy(coefficients[i], memory[places[4] : places[4] + coefficients.shape[1]])
        fill_noise(memory, noise, when[0], when[1] + i)
        _run_table(memory, tables[1], elementwise)
        _copy(memory[places[5] : places[5] + losses.shape[1]], losses[i])
        _copy(memory[places[6] : places[6] + outputs.shape[1]], outputs[i])
        penalties[i, 0] = 0
        for place in places[7:9]:
            if place >= 0:
                penalties[i, 0] += memory[place]
        if active[i]:
            _run_table(memory, tables[2], elementwise)
