"""Fixtures of several tests of searches."""

from tests._support.searches.trained import trained
