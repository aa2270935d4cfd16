"""Settings of the whole suite."""

import os

# Without it scikit-learn skips its check that numpy input still works under array API dispatch.
os.environ.setdefault("SCIPY_ARRAY_API", "1")
