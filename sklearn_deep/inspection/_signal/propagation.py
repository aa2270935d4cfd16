"""Does the signal survive depth?"""

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
    """Send samples through a network and gradients back, and measure both at each layer.

    At each layer with weights (linear, convolutional): mean square of z, what the layer returns, of
    h, what the next layer is given of it, and of ∂J/∂z; dead and saturated units; the norm of the
    weight. Verdicts look at the hidden layers, those that feed another one: over the whole depth the
    fitted geometric rate may change mean squares by a factor of 100 (tenfold in size) either way.

    Parameters
    ----------
    estimator_or_module : estimator or torch.nn.Module
        A network of this library, a ``Pipeline`` that ends in one, or any module of torch.
    X : array-like or Tensor of shape (n_samples, ...)
        Samples; a few hundred do. The steps of a pipeline before the network are applied to them.
    y : array-like of shape (n_samples,) or (n_samples, n_outputs), default=None
        Targets. J is then the estimator's loss of a sample (times its weight, without penalties); for a
        module the cross-entropy if y is of whole numbers, else half the squared error. None: each
        output's gradient is a unit normal number, the same in each call, which says how gradients
        change on their way back and nothing of their size. An estimator that predicts needs y at
        "init".
    at : {"init", "fitted"}, default="init"
        "init": the network an estimator would start from with these samples, drawn as ``fit`` draws it;
        earlier steps are fitted as clones. "fitted": its trained network, after the fitted steps. A
        module is taken as it is.

    Returns
    -------
    SignalPropagationReport
        Arrays by layer, rates, verdicts, advice.

    Raises
    ------
    TypeError
        If it is neither module nor network.
    NotFittedError
        If the estimator is not fitted and ``at`` is "fitted".
    ValueError
        If no layer with weights is called, y is needed and missing, or ``at`` is unknown.

    See Also
    --------
    SignalPropagationDisplay : Draws the report.

    Notes
    -----
    Dropout and noise are off. Batch normalization takes the statistics of these samples at "init", the
    running ones at "fitted". Nothing is changed: no weight, no running statistic, no mode, no global
    generator.

    h is found in the graph of autograd: the first input of a later layer, else output of the
    network, that comes from z through no other layer. So functional activations and skip connections
    count. A layer that is called twice has a line for each call, ``"name"`` and ``"name#2"``, in
    the order of the calls. Tied layers, transposed, count as layers; embeddings, recurrent cells and the
    inner matrices of attention do not.

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
    # So that the graph reaches back to the rows where no parameter asks for gradients.
    if rows.is_floating_point():
        rows.requires_grad_()
    calls, output = recorded(source.module, source.forward, rows)
    if not calls:
        raise ValueError(
            f"signal_propagation found no layer with weights called in {type(source.module).__name__}: "
            "only linear, convolutional and like modules count, not functions such as F.linear."
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
    """Return the share of units whose activation is 0 for all samples."""
    values, axis = (call.h, call.h_unit_axis)
    if call.activated is not None:
        values, axis = call.activated, call.unit_axis
    units = values.detach().movedim(axis, 0).flatten(1)
    return float((units == 0).all(1).double().mean())


def _saturated_share(call: LayerCall) -> float:
    if call.activated is None or call.activation == "relu":
        return 0.0
    # A logistic unit is a tanh unit of half its size, about 1/2.
    high = 0.99
    low = -0.99 if call.activation == "tanh" else 0.01
    return float(((call.activated > high) | (call.activated < low)).double().mean())
