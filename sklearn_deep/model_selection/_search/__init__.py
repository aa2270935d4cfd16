"""One run of a batched search.

A search gives its data (``SearchData``) and ``Stages``, and gets ``cv_results_``. Read ``run`` first:
in each stage it trains the candidates, by the scheduler of ``_fits``, and then scores them, population
by population. ``scoring`` calls scikit-learn, which is given a ``prefitted_candidate``; ``record``
collects the scores. ``stages`` and ``halving`` decide what is fitted, ``ranking`` orders candidates,
``memory`` opens its checkpoint, and ``identity`` says which search that belongs to; ``stored_space`` is what
a saved search holds of the space.
"""

from sklearn_deep.model_selection._search.checks import check_budget, warn_of_divided_validation
from sklearn_deep.model_selection._search.memory import memory_of
from sklearn_deep.model_selection._search.ranking import best_of
from sklearn_deep.model_selection._search.run import SearchRun
from sklearn_deep.model_selection._search.scoring import SearchData
from sklearn_deep.model_selection._search.stages import Stages
from sklearn_deep.model_selection._search.stored_space import StoredSpace

__all__ = [
    "SearchData",
    "SearchRun",
    "Stages",
    "StoredSpace",
    "best_of",
    "check_budget",
    "memory_of",
    "warn_of_divided_validation",
]
