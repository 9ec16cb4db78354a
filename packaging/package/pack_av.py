"""usage: pack_av.py WHEEL FFMPEG WHEELS: PyAV's wheel, with the libraries of the folder FFMPEG beside it, into WHEELS.

Each finds the others from its own place, and no folder of the builder's stays in it. Needs the program patchelf.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

LIBRARIES = "av.libs"
TIME = (1980, 1, 1, 0, 0, 0)


def pack(wheel: Path, libraries: Path, wheels: Path) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        with zipfile.ZipFile(wheel) as source:
            source.extractall(folder)
        (folder / LIBRARIES).mkdir(exist_ok=True)
        for library in sorted(libraries.glob("lib*.so.*")):
            if re.fullmatch(r"lib\w+\.so\.\d+", library.name):
                (folder / LIBRARIES / library.name).write_bytes(library.read_bytes())
        for path in sorted(folder.rglob("*.so*")):
            up = "/".join([".."] * (len(path.relative_to(folder).parts) - 1))
            place = "$ORIGIN" if path.parent.name == LIBRARIES else f"$ORIGIN/{up}/{LIBRARIES}"
            subprocess.run(["patchelf", "--set-rpath", place, str(path)], check=True)
        with zipfile.ZipFile(wheels / wheel.name, "w", zipfile.ZIP_DEFLATED) as packed:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    packed.writestr(zipfile.ZipInfo(str(path.relative_to(folder)), TIME), path.read_bytes(),
                                    zipfile.ZIP_DEFLATED)  # fmt: skip


if __name__ == "__main__":
    pack(*map(Path, sys.argv[1:]))
