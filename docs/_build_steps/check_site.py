"""Check a built site: ``python docs/_build_steps/check_site.py docs/_build/html``.

Links inside the site lead to a page and an anchor, pictures are described in words, headings skip no
level, text stands out from its background, and the API reference has every public name and method.
"""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import contrast
import public_names
from sphinx.util.inventory import InventoryFile

# Made by Sphinx from code, without text of this documentation.
_GENERATED = ("_modules", "_static", "genindex.html", "search.html", "py-modindex.html")


class Page(HTMLParser):
    """What is checked of a page: language, anchors, links, pictures without words, headings."""

    def __init__(self, html):
        super().__init__()
        self.anchors, self.links, self.silent, self.levels = set(), [], [], []
        self.language, self._articles = None, 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        """Keep what a tag adds to the page."""
        found = dict(attrs)
        self.anchors |= {found[key] for key in ("id", "name") if found.get(key)}
        self._articles += tag == "article"
        if tag == "html":
            self.language = found.get("lang")
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])
        # The thumbnails of examples stand beside their title, which says the same.
        if tag == "img" and not found.get("alt") and not found["src"].endswith("_thumb.png"):
            self.silent.append(found["src"])
        if self._articles and re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))

    def handle_endtag(self, tag):
        """Note the end of the text of the page."""
        self._articles -= tag == "article"


def problems(site):
    """Yield one line for each problem of the pages."""
    pages = {path: Page(path.read_text()) for path in sorted(site.rglob("*.html"))}
    for path, page in pages.items():
        name = path.relative_to(site)
        if name.parts[0] not in _GENERATED:
            links = (link for link in page.links if not _leads_somewhere(link, path, pages))
            yield from (f"{name}: the link to {link} leads nowhere" for link in links)
            yield from (f"{name}: {problem}" for problem in _problems_of(page))


def _problems_of(page):
    yield from (f"picture {source} has no alt text" for source in page.silent)
    if not page.language:
        yield "the page names no language"
    if page.levels[:1] != [1]:
        yield "the first heading is not of level 1"
    for above, below in zip(page.levels, page.levels[1:], strict=False):
        if below > above + 1:
            yield f"a heading of level {below} follows one of level {above}"


def _leads_somewhere(link, path, pages):
    """Return whether a link inside the site has a target; other sites are not asked."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return True
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if target not in pages:
        return target.is_file()
    return parts.fragment in {"", "top"} or unquote(parts.fragment) in pages[target].anchors


def undocumented(site):
    """Yield the public classes, functions and methods that the API reference does not describe."""
    with (site / "objects.inv").open("rb") as file:
        inventory = InventoryFile.load(file, "", lambda base, name: name)
    known = {name for kind, names in inventory.items() if kind.startswith("py:") for name in names}
    wanted = {
        f"{package}.{name}"
        for package, kinds in public_names.by_package().items()
        for name in (*kinds["classes"], *kinds["functions"])
    }
    for cls, methods in public_names.methods().items():
        names = (*methods.get("own", ()), *methods.get("properties", ()))
        wanted |= {f"{cls}.{name}" for name in names}
    yield from sorted(f"the API reference lacks {name}" for name in wanted - known)


def main(site):
    """Print all problems and return their number."""
    found = [*problems(site), *contrast.faint(site), *undocumented(site)]
    print(*found, f"{len(found)} problems of the site", sep="\n")
    return len(found)


if __name__ == "__main__":
    sys.exit(min(main(Path(sys.argv[1]).resolve()), 1))
