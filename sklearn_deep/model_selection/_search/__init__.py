"""One run of a batched search.

Input: the data (``SearchData``) and the ``Stages`` of a search; output: ``cv_results_``. Read ``run``
first: in each stage it trains the candidates with the scheduler of ``_fits``, then scores them, one
population after the other. ``scoring`` calls scikit-learn with a ``prefitted_candidate``; ``record``
collects the scores. ``stages`` and ``halving`` decide what is fitted, ``ranking`` sorts candidates,
``memory`` opens the checkpoint, ``identity`` identifies the search that a checkpoint belongs to, and
``stored_space`` stores the search space in a file.
"""

from sklearn_deep.model_selection._search.checks import check_budget, warn_of_divided_validation
from sklearn_deep.model_selection._search.memory import memory_of
from sklearn_deep.model_selection._search.ranking import best_of
from sklearn_deep.model_selection._search.record import SearchRecord, doubts_of_search
from sklearn_deep.model_selection._search.run import SearchRun
from sklearn_deep.model_selection._search.scoring import SearchData
from sklearn_deep.model_selection._search.stages import Stages
from sklearn_deep.model_selection._search.stored_space import StoredSpace

__all__ = [
    "SearchData",
    "SearchRecord",
    "SearchRun",
    "Stages",
    "StoredSpace",
    "best_of",
    "check_budget",
    "doubts_of_search",
    "memory_of",
    "warn_of_divided_validation",
]
