"""The private names of scikit-learn, torch and skorch that the library uses, all in one place.

A new release that renames one of them requires a change here and nowhere else. There is one file
per library: ``torch``, ``skorch`` and ``sklearn``. The latter has three more: ``sklearn_search`` (how
searches score and rank), ``sklearn_doc_links`` (links of HTML representations) and ``sklearn_callbacks`` (the callbacks of scikit-learn 1.9, and what
replaces them in older releases). Where a private method is meant to be overridden, a class here
overrides it and calls a method of our own.

The files are imported directly, so that code which needs torch alone does not import scikit-learn.
"""
