"""The private names of scikit-learn, torch and skorch that the library uses, all in one place.

A new release that renames one of them requires a change here and nowhere else. There is one file
per library: ``sklearn`` (and ``sklearn_callbacks``, the callbacks of scikit-learn 1.9 with what
stands in for them in older releases, and ``sklearn_search``, how its searches score and rank),
``torch`` and ``skorch``. Where a private method is meant to
be overridden, a class here overrides it and calls a method with a public name.

The files are imported directly, so that code which needs torch alone does not import scikit-learn.
"""
