"""Everything that a fit depends on, with no estimator in it.

``plan`` describes one fit, ``start`` the state that it resumes. ``grouping`` decides which plans are
trained as one population, ``company`` which penalties allow that, and ``sharing`` stores equal data
of many plans once.
"""

from sklearn_deep.training._plan.grouping import populations
from sklearn_deep.training._plan.plan import Plan, common_plan
from sklearn_deep.training._plan.sharing import Origin, Shared
from sklearn_deep.training._plan.start import Start, TrainingState

__all__ = ["Origin", "Plan", "Shared", "Start", "TrainingState", "common_plan", "populations"]
