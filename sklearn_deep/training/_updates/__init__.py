"""Parameter updates from gradients.

``updates`` applies the library's optimizers to all members at once; ``single`` lets a torch
optimizer, which handles a single network, train a population of one; ``choice`` selects the kind.
"""

from sklearn_deep.training._updates.choice import updates_of
from sklearn_deep.training._updates.updates import Updates, clipped

__all__ = ["Updates", "clipped", "updates_of"]
