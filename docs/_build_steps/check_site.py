"""Check the built pages: links and pictures lead somewhere, every public name is described.

``python docs/_build_steps/check_site.py docs/_build/html`` prints what is wrong.
"""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import public_names
from sphinx.util.inventory import InventoryFile


class Page(HTMLParser):
    """What a page points to, and what may be pointed to in it."""

    def __init__(self, path):
        super().__init__()
        self.targets, self.anchors = [], set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        """Keep links, pictures and anchors."""
        attrs = dict(attrs)
        self.targets += [attrs[name] for name in ("href", "src") if attrs.get(name)]
        self.anchors |= {attrs[name] for name in ("id", "name") if attrs.get(name)}


def broken_links(root):
    """Yield the pages, and their targets that are not there."""
    root = root.resolve()
    pages = {p: Page(p) for p in root.rglob("*.html") if "_static" not in p.parts}
    for path, page in pages.items():
        for target in page.targets:
            url = urlsplit(target)
            if url.scheme or url.netloc:
                continue
            aim = (path.parent / unquote(url.path)).resolve() if url.path else path
            anchor = unquote(url.fragment)
            if not aim.is_file() or (anchor and aim in pages and anchor not in pages[aim].anchors):
                yield f"{path.relative_to(root)}: {target} leads nowhere"


def missing_names(root):
    """Yield the public names that no page describes."""
    described = InventoryFile.loads((root / "objects.inv").read_bytes(), uri="").data
    names = {name for kind, found in described.items() if kind.startswith("py:") for name in found}
    for package, kinds in public_names.by_package().items():
        for name in kinds["classes"] + kinds["functions"]:
            if f"{package}.{name}" not in names:
                yield f"{package}.{name} is not in the API reference"


def main(root):
    """Print what is wrong and return how much it is."""
    faults = sorted({*broken_links(root), *missing_names(root)})
    print("\n".join([*faults, f"{len(faults)} faults in the built pages"]))
    return len(faults)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])) > 0)
