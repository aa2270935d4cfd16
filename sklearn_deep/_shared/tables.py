"""Tables of reports, as text and as HTML for notebooks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape

Cells = Sequence[Sequence[str]]


def text_table(rows: Cells, left: Collection[int] = (0,)) -> list[str]:
    """Return one line of text per row; columns with an index in ``left`` are left-aligned."""
    columns = zip(*rows, strict=True)
    padded = [_padded(cells, i in left) for i, cells in enumerate(columns)]
    return ["  ".join(row).rstrip() for row in zip(*padded, strict=True)]


def _padded(cells: Sequence[str], left: bool) -> list[str]:
    width = max(map(len, cells))
    return [cell.ljust(width) if left else cell.rjust(width) for cell in cells]


def html_table(rows: Cells) -> str:
    """Return an HTML table whose first row is the header."""
    head, *body = (
        "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row)
        for row, tag in zip(rows, ["th", *["td"] * (len(rows) - 1)], strict=True)
    )
    lines = "".join(f"<tr>{row}</tr>" for row in body)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"


def html_list(lines: Sequence[str]) -> str:
    """Return an HTML list of lines of text, or an empty string if there are no lines."""
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>" if lines else ""
