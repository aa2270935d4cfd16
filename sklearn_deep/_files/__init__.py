"""Files of estimators that are read without executing code, through skops."""

from sklearn_deep._files.files import load, save
from sklearn_deep._files.trusted import trusted_types

__all__ = ["load", "save", "trusted_types"]
