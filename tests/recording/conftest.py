"""Kinds of populations."""

from tests._support.plans import _kind, dtype, structure
