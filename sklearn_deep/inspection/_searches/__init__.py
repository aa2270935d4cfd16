"""Displays of searches.

``candidates`` reads ``cv_results_``, ``scale`` and ``names`` determine positions and labels of parameter
values, and ``display`` contains the base class of ``results_display`` and
``parallel_coordinates_display``. ``stages_display`` shows the stages of a search.
"""

from sklearn_deep.inspection._searches.parallel_coordinates_display import (
    ParallelCoordinatesDisplay,
)
from sklearn_deep.inspection._searches.results_display import SearchResultsDisplay
from sklearn_deep.inspection._searches.stages_display import SearchStagesDisplay

__all__ = ["ParallelCoordinatesDisplay", "SearchResultsDisplay", "SearchStagesDisplay"]
