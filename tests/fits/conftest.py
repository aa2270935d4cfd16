"""What several tests of a search look at."""

from tests._support.searches.trained import trained
