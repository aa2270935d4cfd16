"""Raise if the archives for a package index lack a file: ``python tests/check_package.py dist``."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

FOLDER = Path(__file__).parents[1]
# Files of the repository that the source archive does not have.
NOT_NEEDED = {".gitignore"}


def main(dist):
    """Compare both archives with the files of the repository."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=FOLDER, capture_output=True, text=True, check=True
    )
    files = set(listed.stdout.split("\n")) - {""} - NOT_NEEDED
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert not files - held, f"{sdist.name} lacks {sorted(files - held)}"
    (wheel,) = dist.glob("*.whl")
    library = {name for name in files if name.startswith("sklearn_deep/")}
    held = set(zipfile.ZipFile(wheel).namelist())
    assert not library - held, f"{wheel.name} lacks {sorted(library - held)}"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
