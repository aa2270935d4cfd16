"""Links that lead out of ``docs`` in the repository lead to the page of the same content here."""

import posixpath
import re
from pathlib import Path

PAGES = {
    "README.md": "/index.md",
    "CHANGELOG.md": "/changelog.md",
    "benchmarks": "/benchmarks.md",
    "benchmarks/README.md": "/benchmarks.md",
    "examples": "/auto_examples/index.rst",
    "examples/plugin_package": "/guide/plugin_package.md",
}
LINK = re.compile(r"\]\((?P<target>\.\./[^)#\s]*)(?P<anchor>#[^)\s]*)?\)")


def rewrite(app, docname, source):
    """Exchange the targets of links in a Markdown page; Sphinx calls this before it parses one."""
    if Path(app.env.doc2path(docname)).suffix == ".md":
        source[0] = LINK.sub(lambda link: _rewritten(link, docname), source[0])


def _rewritten(link, docname):
    path = posixpath.normpath(posixpath.join("docs", docname, "..", link["target"]))
    example = re.fullmatch(r"examples/(\w+/plot_\w+)\.py", path)
    page = f"/auto_examples/{example[1]}.rst" if example else PAGES.get(path)
    return f"]({page}{link['anchor'] or ''})" if page else link[0]
