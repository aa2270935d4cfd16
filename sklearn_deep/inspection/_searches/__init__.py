"""Displays of searches: numbers in, drawing out.

``candidates`` reads ``cv_results_``, ``scale`` and ``names`` place and write values of parameters,
``display`` is the base of ``results_display``, ``stages_display`` and
``parallel_coordinates_display``.
"""

from sklearn_deep.inspection._searches.parallel_coordinates_display import (
    ParallelCoordinatesDisplay,
)
from sklearn_deep.inspection._searches.results_display import SearchResultsDisplay
from sklearn_deep.inspection._searches.stages_display import SearchStagesDisplay

__all__ = ["ParallelCoordinatesDisplay", "SearchResultsDisplay", "SearchStagesDisplay"]
