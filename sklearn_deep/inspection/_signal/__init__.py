"""Measurement of signals and gradients in each layer of a network.

Start with ``propagation``. ``source`` finds the network and samples, ``layer_calls`` and ``paths`` record
the inputs and outputs of layers, and ``rates`` computes growth rates. ``report`` and ``advice`` describe
the results, ``display`` draws them.
"""

from sklearn_deep.inspection._signal.display import SignalPropagationDisplay
from sklearn_deep.inspection._signal.propagation import signal_propagation
from sklearn_deep.inspection._signal.report import SignalPropagationReport

__all__ = ["SignalPropagationDisplay", "SignalPropagationReport", "signal_propagation"]
