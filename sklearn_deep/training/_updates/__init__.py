"""Parameter updates from gradients.

``updates`` applies the library's optimizers to all members at once; ``single`` trains a population of one
member with an optimizer of torch, which can train only one network; ``choice`` selects the kind.
"""

from sklearn_deep.training._updates.choice import updates_of
from sklearn_deep.training._updates.updates import Updates, clipped

__all__ = ["Updates", "clipped", "updates_of"]
