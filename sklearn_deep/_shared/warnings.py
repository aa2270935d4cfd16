"""The library's own categories of warnings."""

from __future__ import annotations


class ScaleWarning(UserWarning):
    """Samples or targets are on a scale from which networks learn badly.

    ``fit`` gives it once, with the names of the columns and what brings them to scale, such as a
    ``StandardScaler`` before the network. It changes nothing. To silence it:
    ``warnings.filterwarnings("ignore", category=ScaleWarning)``.
    """


# Shown as users import it.
ScaleWarning.__module__ = "sklearn_deep"
