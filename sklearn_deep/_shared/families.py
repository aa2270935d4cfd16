"""The families of plug-ins, by name."""

FAMILIES: list[str] = []
