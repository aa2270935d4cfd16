"""scikit-learn's search, for those who run it with their own fits."""

from __future__ import annotations

from typing import Any

from sklearn.model_selection import RandomizedSearchCV
from sklearn.utils import Bunch


class RoutedSearch(RandomizedSearchCV):
    """scikit-learn's search with what it needs to know already given to it.

    ``_routed`` holds the parameters of ``fit`` by whom they are for. Those of the splitter have
    served: the splits are made.
    """

    _routed: Any

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters that scikit-learn's search has."""
        return {name: getattr(self, name) for name in RandomizedSearchCV._get_param_names()}

    def _get_routed_params_for_fit(self, params: dict[str, Any]) -> Any:
        routed = self._routed
        return Bunch(estimator=routed.estimator, scorer=routed.scorer, splitter=Bunch(split={}))
