"""Links from the HTML representation of an estimator to its page in the documentation."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, metadata

from sklearn.base import BaseEstimator

_ROOT = "sklearn_deep"


class LinksToDocs(BaseEstimator):
    """Link to the API reference at the address that the package names under "Documentation".

    There is no link if the package names none, or for classes of other packages.
    """

    _doc_link_module = _ROOT

    @property
    def _doc_link_template(self) -> str:
        return f"{documentation_address()}/api/generated/{{page}}.html"

    def _doc_link_url_param_generator(self) -> dict[str, str]:
        cls = type(self)
        parts = cls.__module__.split(".")
        public = [part for part in parts if not part.startswith("_") and part != "estimators"]
        return {"page": ".".join([*public, cls.__name__])}

    def _get_doc_link(self) -> str:
        return super()._get_doc_link() if documentation_address() else ""


@cache
def documentation_address() -> str | None:
    """Address of the documentation in the metadata of the installed package, without a last slash."""
    try:
        urls = metadata(_ROOT).get_all("Project-URL") or []
    except PackageNotFoundError:
        return None
    found = dict(url.split(", ", 1) for url in urls)
    return found["Documentation"].rstrip("/") if "Documentation" in found else None
