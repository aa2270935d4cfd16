"""Group the parameters of an estimator on its page as the guide's page of parameters does."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[1] / "guide" / "parameters.md"
_ENTRY = re.compile(r"\*\*(?P<names>[^*]+)\*\*")
# Shorter lists are read as a whole.
_FEWEST = 12


def groups():
    """Return the groups in the order of the page, each with the names of its parameters."""
    found = {}
    title = None
    for line in PAGE.read_text().splitlines():
        heading = re.fullmatch(r"##+ (.*)", line)
        title = heading[1] if heading else title
        if line.startswith("| `"):
            names = re.findall(r"`(\w+)`", line.split("|")[1])
            found.setdefault(title, set()).update(names)
    return found


def group(app, what, name, obj, options, lines):
    """Replace the field of parameters by one field per group; Sphinx calls this for each docstring."""
    if what != "class" or ":Parameters:" not in lines:
        return
    start = lines.index(":Parameters:")
    field = _field(lines, start)
    grouped = _grouped(_entries(lines[start + 1 : start + field]))
    if grouped:
        lines[start : start + field] = grouped


def _field(lines, start):
    """Return the number of lines of a field: up to the next line that is not indented."""
    rest = enumerate(lines[start + 1 :], 1)
    return next((n for n, line in rest if line and not line.startswith(" ")), len(lines) - start)


def _entries(lines):
    """Return the lines of each parameter by its names."""
    found, names = {}, None
    for line in lines:
        entry = _ENTRY.match(line.strip())
        if entry and len(line) - len(line.lstrip()) == 4:
            names = tuple(entry["names"].split(", "))
            found[names] = []
        if names:
            found[names].append(line)
    return found


def _grouped(entries):
    """Return a field per group; nothing if a parameter is in no group, or if there are few."""
    known = groups()
    if len(entries) < _FEWEST or not all(_group_of(names, known) for names in entries):
        return []
    lines = []
    for title in known:
        members = [text for names, text in entries.items() if _group_of(names, known) == title]
        if members:
            described = [line for text in members for line in text]
            lines += [f":Parameters ({title.lower()}):", "", *described, ""]
    return lines


def _group_of(names, known):
    return next((title for title, members in known.items() if set(names) & members), None)
