"""Does the signal survive depth?

``propagation`` is the entry. ``source`` finds the network and samples, ``layer_calls`` and ``paths``
what goes through its layers, ``rates`` how fast it grows; ``report`` and ``advice`` say what was
found, ``display`` draws it.
"""

from sklearn_deep.inspection._signal.display import SignalPropagationDisplay
from sklearn_deep.inspection._signal.propagation import signal_propagation
from sklearn_deep.inspection._signal.report import SignalPropagationReport

__all__ = ["SignalPropagationDisplay", "SignalPropagationReport", "signal_propagation"]
