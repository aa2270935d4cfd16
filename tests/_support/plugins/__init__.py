"""Plug-ins in tests: tables of every registered name, the public classes, a package in use."""
