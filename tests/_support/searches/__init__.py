"""Searches in tests: a small one, random ones, one to interrupt, the sizes of populations."""
