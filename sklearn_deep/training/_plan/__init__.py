"""Everything that a fit depends on, with no estimator in it.

``plan`` describes one fit; ``start`` where it resumes an earlier one. ``grouping`` decides which
plans are trained as one population, ``company`` what the formulas of losses and penalties ask of
the members beside them, ``sharing`` holds equal data of many plans once.
"""

from sklearn_deep.training._plan.grouping import populations
from sklearn_deep.training._plan.plan import Plan, common_plan
from sklearn_deep.training._plan.sharing import Origin, Shared
from sklearn_deep.training._plan.start import Start, TrainingState

__all__ = ["Origin", "Plan", "Shared", "Start", "TrainingState", "common_plan", "populations"]
