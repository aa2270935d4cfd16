"""The steps and the evaluation of one member on a CPU, in compiled code.

``formulas`` defines gradient and update as functions of tensors, ``step`` compiles them, and ``steps`` runs an
epoch, whose losses and scores ``summary`` adds up. ``comparison`` checks once that a compiled step agrees with
torch. ``evaluation`` does the same as these files for validation samples, and both use ``memory``.
"""

from sklearn_deep.training._compiled.evaluation import CompiledEvaluation
from sklearn_deep.training._compiled.steps import CompiledSteps

__all__ = ["CompiledEvaluation", "CompiledSteps"]
