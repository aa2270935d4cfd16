"""The steps and the evaluation of one member on a CPU, in compiled code.

``formulas`` holds gradient and update as functions of tensors, ``step`` compiles them, and ``steps`` runs
an epoch, whose losses and scores ``summary`` adds up. ``comparison`` checks once that a step does what it
stands for. ``evaluation`` does the same for validation samples. ``memory`` has what both share.
"""

from sklearn_deep.training._compiled.evaluation import CompiledEvaluation
from sklearn_deep.training._compiled.steps import CompiledSteps

__all__ = ["CompiledEvaluation", "CompiledSteps"]
