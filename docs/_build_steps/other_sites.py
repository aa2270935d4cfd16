"""Sites of other libraries whose inventories of names can be read."""

from urllib.error import URLError
from urllib.request import Request, urlopen

SITES = {
    "numpy": "https://numpy.org/doc/stable/",
    "python": "https://docs.python.org/3/",
    "skorch": "https://skorch.readthedocs.io/en/stable/",
    "sklearn": "https://scikit-learn.org/stable/",
    "torch": "https://docs.pytorch.org/docs/stable/",
}
_SECONDS = 5


def that_answer():
    """Return the mapping for intersphinx, without sites that do not answer."""
    return {name: (url, None) for name, url in SITES.items() if _answers(url)}


def _answers(url):
    request = Request(f"{url}objects.inv", method="HEAD", headers={"User-Agent": "Sphinx"})
    try:
        with urlopen(request, timeout=_SECONDS) as response:
            return response.status == 200
    except (URLError, TimeoutError):
        return False
