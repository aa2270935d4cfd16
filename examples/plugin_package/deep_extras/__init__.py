"""Plug-ins for sklearn_deep, found through entry points."""
