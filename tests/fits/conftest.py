"""What several tests of a search look at."""

from tests._support.trained import trained
