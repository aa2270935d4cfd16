"""Tables of reports: as text, and as HTML for notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

Cells = Sequence[Sequence[str]]


def text_table(rows: Cells) -> list[str]:
    """Return lines with the columns of ``rows`` below each other: the first left, others right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(_padded(row, widths)).rstrip() for row in rows]


def _padded(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    first, *others = zip(row, widths, strict=True)
    return [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]


def html_table(rows: Cells) -> str:
    """Return an HTML table whose first row is its head."""
    head, *body = (
        "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row)
        for row, tag in zip(rows, ["th", *["td"] * (len(rows) - 1)], strict=True)
    )
    lines = "".join(f"<tr>{row}</tr>" for row in body)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"


def html_list(lines: Sequence[str]) -> str:
    """Return an HTML list of lines of text; nothing for none."""
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>" if lines else ""
