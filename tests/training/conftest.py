"""Structures of populations, and one thread for what is written out by hand."""

from tests._support.plans import _one_thread, structure
