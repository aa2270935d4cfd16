"""Runs every page of the gallery as the notebook that users download, in an empty folder.

``make notebooks`` calls it; the name keeps it out of the suite, because it takes minutes.
"""

import base64
import copy
import io
import json
import re
from pathlib import Path

import matplotlib.image
import nbformat
import pytest
from nbclient import NotebookClient
from sphinx_gallery.gen_gallery import DEFAULT_GALLERY_CONF
from sphinx_gallery.notebook import jupyter_notebook
from sphinx_gallery.py_source_parser import split_code_and_text_blocks

EXAMPLES = Path(__file__).parents[2] / "examples"
PAGES = sorted(EXAMPLES.glob("*/plot_*.py"))
DRAWS = re.compile(r"subplots\(|Display\.from_|\)\.plot\(\)")
SECONDS = 300  # of one cell


def notebook_of(page):
    """Return a page as the gallery converts it."""
    _, blocks = split_code_and_text_blocks(str(page))
    work = jupyter_notebook(blocks, copy.deepcopy(DEFAULT_GALLERY_CONF), str(page.parent))
    return nbformat.reads(json.dumps(work), as_version=4)


def pictures(cell):
    """Return the pictures that a cell shows, as arrays of colors."""
    shown = [output["data"].get("image/png") for output in cell.outputs if "data" in output]
    return [matplotlib.image.imread(io.BytesIO(base64.b64decode(png))) for png in shown if png]


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_a_page_runs_as_a_notebook_and_shows_its_pictures(page, tmp_path, monkeypatch):
    monkeypatch.delenv("MPLBACKEND", raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    notebook = notebook_of(page)
    resources = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", resources=resources).execute()
    drawing = [c for c in notebook.cells if c.cell_type == "code" and DRAWS.search(c.source)]
    assert drawing
    for cell in drawing:
        images = pictures(cell)
        assert images, f"this cell shows no picture:\n{cell.source}"
        assert all(image.std() > 0 for image in images)
