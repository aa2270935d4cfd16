"""Sphinx builds the documentation from this; `make docs` runs it with warnings as errors."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_build_steps"))

import other_sites
import parameter_groups
import public_names
import repository_links
from sphinx_gallery.sorting import ExplicitOrder

import sklearn_deep

# Examples run as they would by hand, one thread each.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

project = "sklearn_deep"
author = "The sklearn_deep developers"
version = release = sklearn_deep.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.coverage",
    "sphinx.ext.intersphinx",
    "sphinx.ext.viewcode",
    "numpydoc",
    "myst_parser",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = ["_build", "_templates"]
templates_path = ["_templates"]
nitpicky = True
# A build needs no network: names of libraries whose site does not answer are not linked.
intersphinx_mapping = other_sites.that_answer()
nitpick_ignore_regex = [("py:.*", r"(sklearn|skorch|torch|scipy|numpy|keras|matplotlib)\..*")]

autosummary_generate = True
autosummary_context = {
    "packages": public_names.by_package(),
    "methods_of": public_names.methods(),
}
autodoc_typehints = "none"
toc_object_entries_show_parents = "hide"
smartquotes = False  # strings in docstrings are code
numpydoc_show_class_members = False

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4

sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "auto_examples",
    "filename_pattern": r"/plot_",
    "ignore_pattern": r"^(?!plot_)",
    # Groups and pages in the order of a course; a page or group that is not listed is an error.
    "subsection_order": ExplicitOrder(
        [
            "../examples/signals",
            "../examples/search",
            "../examples/bias_variance",
            "../examples/regularization",
            "../examples/autoencoders",
            "../examples/applications",
        ]
    ),
    "within_subsection_order": ExplicitOrder(
        [
            "plot_signals.py",
            "plot_random_search.py",
            "plot_parameter_scales.py",
            "plot_staged_search.py",
            "plot_bias_variance.py",
            "plot_weight_decay.py",
            "plot_dropout.py",
            "plot_augmentation.py",
            "plot_early_stopping.py",
            "plot_autoencoder.py",
            "plot_denoising.py",
            "plot_anomalies.py",
            "plot_semi_supervised.py",
            "plot_mixed_table.py",
            "plot_deep_ensemble.py",
            "plot_search_ensemble.py",
            "plot_outliers.py",
            "plot_porting_keras.py",
        ]
    ),
    # API pages show the examples that use a name.
    "backreferences_dir": "api/backreferences",
    "doc_module": ("sklearn_deep",),
    # The picture says more than the address of the object that drew it.
    "ignore_repr_types": r"matplotlib\.|Display'",
    "write_computation_times": False,
    "show_memory": False,
    "show_signature": False,
    "download_all_examples": False,
}

highlight_language = "none"  # of blocks that name no language

html_theme = "pydata_sphinx_theme"
html_title = f"sklearn_deep {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
# Pages without pages below them have nothing to show beside them.
html_sidebars = {page.stem: [] for page in HERE.glob("*.md")}
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "navigation_with_keys": False,
    "show_prev_next": True,
    "secondary_sidebar_items": ["page-toc"],
}


def setup(app):
    """Connect what is written for this documentation."""
    app.connect("source-read", repository_links.rewrite)
    # After numpydoc, which makes fields of the sections of a docstring.
    app.connect("autodoc-process-docstring", parameter_groups.group, priority=900)
    app.connect("config-inited", leave_markdown_alone, priority=20)  # after sphinx-gallery's


def leave_markdown_alone(app, config):
    """Keep sphinx-gallery from reading the README of a folder as the header of a gallery."""
    config.sphinx_gallery_conf["source_suffix"] = {".rst": "restructuredtext"}
