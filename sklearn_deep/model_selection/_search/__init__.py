"""One run of a batched search.

``run`` hands fits that were done together to scikit-learn's own search, which scores and ranks.
``stages`` and ``halving`` decide what is fitted, ``ranking`` orders candidates, ``identity`` says
which search a checkpoint belongs to. ``routed_search``, ``one_by_one`` and ``callback_tasks`` are
about metadata and callbacks of scikit-learn.
"""

from sklearn_deep.model_selection._search.halving import Halving
from sklearn_deep.model_selection._search.identity import identity_of
from sklearn_deep.model_selection._search.run import SearchRun
from sklearn_deep.model_selection._search.stages import Stages

__all__ = ["Halving", "SearchRun", "Stages", "identity_of"]
