"""Measurement of signals and gradients in each layer of a network."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from sklearn_deep.inspection._signal.advice import signal_advice
from sklearn_deep.inspection._signal.layer_calls import LayerCall, recorded, tensors_in
from sklearn_deep.inspection._signal.report import SignalPropagationReport
from sklearn_deep.inspection._signal.source import NetworkSource, generators_kept, network_source


def signal_propagation(
    estimator_or_module: Any, X: Any, y: Any = None, *, at: str = "init"
) -> SignalPropagationReport:
    """Run a forward and a backward pass, and measure signals and gradients in each layer.

    For each layer with weights (linear, convolutional), this computes the mean squares of its output z, of
    the input h of the next layer that is computed from z, and of ∂J/∂z; the fractions of dead and saturated
    units; and the norm of the weight. Verdicts are based on the hidden layers, that is those followed by
    another layer. They are "healthy" if, according to a fitted geometric rate, mean squares change over the
    whole depth by a factor between 1/100 and 100 (a factor of 10 in size).

    Parameters
    ----------
    estimator_or_module : estimator or torch.nn.Module
        Network of this library, ``Pipeline`` that ends in one, or torch module.
    X : array-like or Tensor of shape (n_samples, ...)
        Samples; a few hundred are enough. In a pipeline, they are transformed by the steps before the
        network.
    y : array-like of shape (n_samples,) or (n_samples, n_outputs), default=None
        Targets. J is the estimator's loss of a sample (times its weight, without penalties); for a module,
        the cross-entropy if y has integers, otherwise half the squared error. If y is None, the gradient of
        each output is a standard normal random number (the same in each call); then only the change of
        gradients between layers is meaningful, not their size. Classifiers and regressors require y if
        ``at="init"``.
    at : {"init", "fitted"}, default="init"
        "init" uses the initial weights that ``fit`` would draw for these samples; earlier steps of a
        pipeline are cloned and fitted. "fitted" uses the trained network and the fitted steps. For a module,
        the current weights are used in both cases.

    Returns
    -------
    SignalPropagationReport
        Arrays by layer, rates, verdicts, advice.

    Raises
    ------
    TypeError
        If it is neither a torch module nor a network of this library.
    NotFittedError
        If ``at="fitted"`` and the estimator is not fitted.
    ValueError
        If no layer with weights is called, y is required but None, or ``at`` is unknown.

    See Also
    --------
    SignalPropagationDisplay : Draws the report.

    Notes
    -----
    Dropout and noise are disabled. Batch normalization uses the statistics of these samples for "init", and
    its running statistics for "fitted". Weights, running statistics, modes and global random generators are
    not changed.

    h is found in autograd's graph: it is the first input of a later layer (or output of the network) that is
    computed from z without another layer in between, so functional activations and skip connections are
    taken into account. If a layer is called twice, there is one entry per call, ``"name"`` and
    ``"name#2"``, in the order of the calls. Tied (transposed) layers are included; embeddings, recurrent
    cells and the inner matrices of attention are not.

    References
    ----------
    He et al., "Delving deep into rectifiers", 2015, section 2.2. Glorot and Bengio, "Understanding the
    difficulty of training deep feedforward neural networks", 2010.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_deep import MLPClassifier
    >>> from sklearn_deep.inspection import signal_propagation
    >>> X = np.random.default_rng(0).normal(size=(200, 64))
    >>> y = np.arange(200) % 10
    >>> deep = MLPClassifier((64,) * 12, activation="logistic", random_state=0)
    >>> report = signal_propagation(deep, X, y)
    >>> report.forward_verdict, report.backward_verdict
    ('healthy', 'vanishing')
    >>> print(report.advice[0].action)
    Set activation='relu' (now 'logistic').
    """
    if at not in ("init", "fitted"):
        raise ValueError(f"at of signal_propagation must be 'init' or 'fitted', got {at!r}.")
    with generators_kept():
        source = network_source(estimator_or_module, X, y, at)
        report = _measured(source)
    return replace(report, advice=tuple(signal_advice(report, source.learner, at=at)))


def _measured(source: NetworkSource) -> SignalPropagationReport:
    rows = source.rows.detach().clone()
    # So that there is a graph even if no parameter requires gradients.
    if rows.is_floating_point():
        rows.requires_grad_()
    calls, output = recorded(source.module, source.forward, rows)
    if not calls:
        raise ValueError(
            f"signal_propagation found no call of a layer with weights in {type(source.module).__name__}. Only "
            "modules are found (linear, convolutional and similar ones), not functions such as F.linear."
        )
    if not any(out.requires_grad for out in tensors_in(output)):
        raise ValueError("signal_propagation found no output that depends on a layer with weights.")
    with torch.enable_grad():
        cost = source.cost(output)
        gradients = torch.autograd.grad(cost, [call.z for call in calls], allow_unused=True)
    return SignalPropagationReport(
        tuple(call.name for call in calls),
        np.array([_second_moment(call.z) for call in calls]),
        np.array([_second_moment(call.h) for call in calls]),
        np.array([np.nan if g is None else _second_moment(g) for g in gradients]),
        np.array([_dead_share(call) for call in calls]),
        np.array([_saturated_share(call) for call in calls]),
        np.array([call.weight_norm for call in calls]),
        np.array([call.feeds_a_layer for call in calls]),
        _second_moment(rows),
    )


def _second_moment(values: Tensor) -> float:
    return float(values.detach().double().square().mean())


def _dead_share(call: LayerCall) -> float:
    """Return the fraction of units whose activation is 0 for all samples."""
    values, axis = (call.h, call.h_unit_axis)
    if call.activated is not None:
        values, axis = call.activated, call.unit_axis
    units = values.detach().movedim(axis, 0).flatten(1)
    return float((units == 0).all(1).double().mean())


def _saturated_share(call: LayerCall) -> float:
    if call.activated is None or call.activation == "relu":
        return 0.0
    # The range of logistic units is [0, 1] instead of [-1, 1].
    high = 0.99
    low = -0.99 if call.activation == "tanh" else 0.01
    return float(((call.activated > high) | (call.activated < low)).double().mean())
