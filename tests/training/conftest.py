"""Structures of populations, and one thread for code written out by hand."""

from tests._support.plans import _one_thread, structure
