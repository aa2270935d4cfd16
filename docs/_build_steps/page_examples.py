"""The Python blocks of Markdown pages, with the output and the pictures that follow them.

``python docs/_build_steps/page_examples.py [PAGE ...]`` runs the blocks of these pages (by default of
all), writes what they print into the ``text`` blocks and saves what they draw as the pictures.
"""

import contextlib
import io
import math
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt

ROOT = Path(__file__).parents[2]

# A block of Python; at once after it, perhaps its output, and pictures in ``_static/guide``.
EXAMPLE = re.compile(
    r"```python\n(?P<code>.*?)```\n"
    r"(?:\n(?P<varies><!-- varies -->\n)?```text\n(?P<output>.*?)```\n)?"
    r"(?P<pictures>(?:\n!\[[^\]]*\]\([^)]*_static/guide/\w+\.png\)\n)*)",
    re.DOTALL,
)
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d*)?(?:e[+-]?\d+)?(?!\w)")


def pages() -> list[str]:
    """Return the pages with Python blocks, relative to the root of the repository."""
    made = {"_build", "auto_examples", "generated"}
    found = [p for p in sorted((ROOT / "docs").rglob("*.md")) if not made & set(p.parts)]
    every = [ROOT / "README.md", *found]
    return [str(p.relative_to(ROOT)) for p in every if EXAMPLE.search(p.read_text())]


def pictures_of(example: re.Match[str]) -> list[str]:
    """Return the links to the pictures of a block, relative to its page."""
    return re.findall(r"\]\(([^)]*)\)", example["pictures"])


def run(example: re.Match[str], page: str, names: dict[str, Any]) -> tuple[str, list[Any]]:
    """Run one block with the names that earlier blocks of its page defined.

    Returns
    -------
    printed : str
    figures : list of matplotlib figures
        Open until the next block runs.
    """
    mpl.use("Agg")
    plt.close("all")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(example["code"], page, "exec"), names)
    lines = [line.rstrip() for line in printed.getvalue().rstrip().splitlines()]
    return "".join(f"{line}\n" for line in lines), [plt.figure(n) for n in plt.get_fignums()]


def agrees(expected: str, printed: str) -> bool:
    """Compare an output with that on a page: numbers roughly, white space not at all.

    Another processor rounds differently, and training enlarges that, so numbers may differ by 10 % or by
    0.03, but by half at most. ``...`` stands for any text.
    """
    numbers: list[float] = []

    def pattern(text: str) -> str:
        parts, end = [], 0
        for number in NUMBER.finditer(text):
            parts += [_words(text[end : number.start()]), f"({NUMBER.pattern})"]
            numbers.append(float(number[0]))
            end = number.end()
        return "".join([*parts, _words(text[end:])])

    wanted = r".*?".join(pattern(part) for part in expected.strip().split("..."))
    match = re.fullmatch(wanted, printed.strip(), re.DOTALL)
    return match is not None and all(
        _close(float(found), number) for found, number in zip(match.groups(), numbers, strict=True)
    )


def _close(found: float, number: float) -> bool:
    small = min(0.03, abs(number) / 2) if number else 0.03
    return math.isclose(found, number, rel_tol=0.1, abs_tol=small)


def shows(example: re.Match[str], printed: str) -> bool:
    """Compare the output on the page with this one; after ``<!-- varies -->`` the first line alone.

    That is for outputs in which a choice between nearly equal candidates is seen: another processor may
    choose another one.
    """
    lines = 1 if example["varies"] else None
    first = ["\n".join(text.splitlines()[:lines]) for text in (example["output"], printed)]
    return agrees(*first)


def _words(text: str) -> str:
    """Return a pattern that matches this text with any white space between its words."""
    return r"\s*".join(re.escape(word) for word in re.split(r"\s+", text))


@contextlib.contextmanager
def elsewhere() -> Iterator[None]:
    """Run in a new folder, which is deleted afterwards: examples write files."""
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(here)


def refresh(page: str) -> None:
    """Write the outputs and pictures of a page anew."""
    path, names = ROOT / page, {"__name__": "__main__"}

    def renewed(example: re.Match[str]) -> str:
        printed, figures = run(example, page, names)
        for link, figure in zip(pictures_of(example), figures, strict=True):
            target = path.parent / link
            target.parent.mkdir(exist_ok=True)
            figure.savefig(target, dpi=100, bbox_inches="tight", metadata={"Software": None})
        if example["output"] is None or agrees(example["output"], printed):
            return example[0]
        start, end = (place - example.start() for place in example.span("output"))
        return f"{example[0][:start]}{printed}{example[0][end:]}"

    with elsewhere():
        text = EXAMPLE.sub(renewed, path.read_text())
    path.write_text(text)


if __name__ == "__main__":
    for name in sys.argv[1:] or pages():
        print(name, flush=True)
        refresh(name)
