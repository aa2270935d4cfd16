"""Run the first example of the README with the installed library."""

import re
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def main():
    """Run the first block of Python."""
    (example, *_) = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    import sklearn_deep

    assert Path(sklearn_deep.__file__).parent.parent != README.parent, "not the installed library"
    exec(example, {})


if __name__ == "__main__":
    main()
