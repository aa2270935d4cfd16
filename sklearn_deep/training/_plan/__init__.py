"""Everything that a fit depends on, without the estimator.

``plan`` describes one fit, and ``start`` the state from which it resumes. ``grouping`` decides which plans
are trained as one population, ``company`` which penalties allow this, and ``sharing`` stores equal data of
many plans only once.
"""

from sklearn_deep.training._plan.grouping import populations
from sklearn_deep.training._plan.plan import Plan, common_plan
from sklearn_deep.training._plan.sharing import Origin, Shared
from sklearn_deep.training._plan.start import Start, TrainingState

__all__ = ["Origin", "Plan", "Shared", "Start", "TrainingState", "common_plan", "populations"]
