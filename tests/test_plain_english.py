"""Docstrings, comments, messages and pages do not use certain phrases that are hard to understand."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("sklearn_deep", "tests", "docs", "examples", "benchmarks", ".ci", ".github")
GENERATED = {"_build", "auto_examples", "generated", "__pycache__"}
PAGES = {".md", ".rst", ".toml", ".yml", ".cff", ".svg", ""}
ENDS = r"(?=[.,;:)]|$| (?:and|by|for|in|that|where|which|with)\b)"


class Phrase(NamedTuple):
    """A pattern, an example that it finds, and better words. Upper and lower case differ."""

    pattern: str
    example: str
    better: str


PHRASES = [
    Phrase(r"\bReturn what\b", "Return what is left.", "Return the remaining ..."),
    Phrase(r"\b(?:is|are|was|be|been) told of\b", "It is told of epochs.", "receives"),
    Phrase(r"\b(?:go|goes|going|went|gone) on(?! (?:to|top)\b)", "A fit goes on.", "continues"),
    Phrase(
        r"\b(?:batches|items?|labels?|lines?|numbers|rows?|samples) an? "
        r"(?:batch|epoch|fold|image|process|round|row|sample|step)\b",
        "one line an epoch",
        "one line per epoch",
    ),
    Phrase(rf"\bof (?:its|their) own{ENDS}", "a rule of its own.", "its own rule"),
    Phrase(
        r"(?<!one )\bof (?:Keras|numpy|scikit-learn|scipy|skorch|the user|torch)'s(?=[.,;:)]|$)",
        "a layer of the user's.",
        "a user-defined layer",
    ),
    Phrase(r"(?<!there )\b(?:are|had|has|have|is) none\b", "The rest has none.", "has no ..."),
    Phrase(r"\bis no (?:class|estimator|function|operation|plug-in)\b", "is no class", "is not a"),
    Phrase(rf"\bas (?:it was|they were){ENDS}", "It stays as it was.", "is unchanged"),
    Phrase(r"\b(?:than|what) (?:it|they) must(?: be)?\b", "is not what it must be", "is invalid"),
    Phrase(r"\bsomething else than\b", "returns something else than that", "does not return"),
    Phrase(r"\bto the bit\b|\bin any company\b", "equal to the bit", "bit-identical"),
    Phrase(r"\b[Ww]ho(?:m)?ever\b", "whoever is left", "the remaining candidates"),
    Phrase(r"\bwants\b", "An estimator wants y.", "needs"),
    Phrase(
        r"\bwhere (?:none|one|some|there) (?:are|is)\b|\bwhere (?:a|an) \w+ is given\b",
        "a GPU where there is one",
        "if there is",
    ),
    Phrase(r"\b(?:stand|stands|stood) (?:alone|twice|where)\b", "It stands twice.", "appears"),
    Phrase(
        r"\btrains? by (?:itself|themselves)\b|\b(?:itself|themselves) trains?\b",
        "It trains by itself.",
        "is trained separately",
    ),
    Phrase(r"\bwhat \w+ makes? of\b|\bmakes of it\b", "what it makes of X", "its results on X"),
    Phrase(
        r"\b(?:came|comes?) to (?:an|its|their) end\b", "It has come to its end.", "is finished"
    ),
    Phrase(r"\brun (?:its|their) course\b", "It has run its course.", "is finished"),
    Phrase(r"\b[Rr]ows without (?:a )?labels?\b", "rows without label", "unlabeled samples"),
    Phrase(r"\bunlabeled rows\b", "unlabeled rows", "unlabeled samples"),
    Phrase(r"\bis to be (?:done|had)\b", "Nothing is to be done.", "No action is needed."),
    Phrase(r"\bnext to nothing\b", "costs next to nothing", "costs almost nothing"),
    Phrase(r"\bthe very (?!first\b|last\b|same\b)", "the very scores", "exactly the scores"),
    Phrase(r"\blet (?:go|pass)\b", "Smaller ones are let pass.", "are accepted"),
]
ANY = re.compile("|".join(phrase.pattern for phrase in PHRASES))


def text_of_python(source: str, messages: bool) -> Iterator[tuple[int, str]]:
    """Yield docstrings and, with ``messages``, other strings; then blocks of comments. With lines."""
    nodes = list(ast.walk(ast.parse(source)))
    alone = {node.value for node in nodes if isinstance(node, ast.Expr)}
    parts = {part for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in nodes:
        is_whole = isinstance(node, ast.Constant | ast.JoinedStr) and node not in parts
        if is_whole and (messages or node in alone):
            yield node.lineno, _string(node)
    block: list[str] = []
    first, last = 0, -1
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            if token.start[0] != last + 1:
                yield first, " ".join(block)
                block, first = [], token.start[0]
            block.append(token.string.lstrip("#: "))
            last = token.start[0]
    yield first, " ".join(block)


def _string(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(
        _string(part) if isinstance(part, ast.Constant) else "..." for part in node.values
    )


def text_of_page(source: str) -> Iterator[tuple[int, str]]:
    """Yield the paragraphs of any other file, without signs of comments, with their lines."""
    line = 1
    for paragraph in re.split(r"(\n\s*\n)", source):
        yield line, re.sub(r"(?m)^\s*#+ ?", "", paragraph)
        line += paragraph.count("\n")


def files() -> list[Path]:
    below = (path for name in FOLDERS for path in (ROOT / name).rglob("*"))
    found = (path for path in (*below, *ROOT.glob("*")) if path.is_file())
    return sorted(
        path
        for path in found
        if path.suffix in {".py", *PAGES}
        and not GENERATED & set(path.relative_to(ROOT).parts)
        and not path.name.startswith(".")
        and path != Path(__file__)
    )


def found_in(path: Path) -> list[str]:
    source = path.read_text(encoding="utf-8")
    is_test = path.is_relative_to(ROOT / "tests")
    parts = text_of_python(source, not is_test) if path.suffix == ".py" else text_of_page(source)
    return [
        f"{path.relative_to(ROOT)}:{line}: {text[max(0, hit.start() - 50) : hit.end() + 20]!r}"
        for line, part in parts
        for text in [" ".join(part.split())]
        for hit in ANY.finditer(text)
    ]


@pytest.mark.parametrize("phrase", PHRASES, ids=[phrase.example for phrase in PHRASES])
def test_a_pattern_finds_its_example(phrase):
    assert re.search(phrase.pattern, phrase.example)
    assert not ANY.search(phrase.better)


def test_docstrings_comments_and_messages_are_read_across_lines():
    source = '''
def f(x):
    """A docstring that goes
    on."""
    # A comment that goes
    # on.
    raise ValueError(f"{x} goes " "on.")
'''
    texts = [" ".join(text.split()) for _, text in text_of_python(source, messages=True)]
    assert sum("goes on." in text for text in texts) == 3
    assert not any("... goes on." in text for _, text in text_of_python(source, messages=False))
    assert [line for line, text in text_of_page("a\n\n# goes\n# on\n") if "goes\non" in text] == [3]


def test_nothing_uses_a_phrase_of_the_list():
    assert len(files()) > 500
    hits = [hit for path in files() for hit in found_in(path)]
    assert not hits, "\n".join(["Use plain words, as in PHRASES of this file:", *hits])
