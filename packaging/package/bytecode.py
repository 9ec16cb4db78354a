"""What the interpreter reads in place of sources, compiled once here: nothing is written beside it later.

Python's own library and the packages ship compiled alone, which halves what they weigh; where their sources are stands
in the list of parts. Sources stay of Fanlight itself, and of SOURCES_STAY.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

SOURCES_STAY = ("fanlight", "PySide6", "shiboken6", "soxr", "cv2")
"""Under the LGPL, so that whoever exchanges a part finds it as its makers wrote it; and OpenCV's, which reads modules
of its own as text."""
PACKAGES = "dist-packages"


def compile_all(root: Path, home: Path, python: Path) -> None:
    """All modules below `home`/lib, by the interpreter that will run them. `root` stands for `/`; no times stand in
    what is written, so that two builds are the same. Raises CalledProcessError."""
    for path in sorted(home.rglob("__pycache__")):
        shutil.rmtree(path)
    (library,) = (home / "lib").glob("python3.*")
    kept = [library / PACKAGES / name for name in SOURCES_STAY if (library / PACKAGES / name).exists()]
    others = [path for path in sorted([*library.iterdir(), *(library / PACKAGES).iterdir()])
              if path.name != PACKAGES and path not in kept]  # fmt: skip
    _compile(root, python, kept)
    _compile(root, python, others, "-b")
    for path in others:
        take_out_sources(path)


def take_out_sources(path: Path) -> None:
    """Of a module, or of all below a folder, where the compiled module lies beside its source."""
    for source in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
        if source.suffix == ".py" and source.with_suffix(".pyc").exists():
            source.unlink()


def source_of(path: Path) -> Path:
    """What a compiled module was made of, by its place; any other file is its own."""
    if path.suffix != ".pyc":
        return path
    if path.parent.name == "__pycache__":
        return path.parents[1] / f"{path.name.partition('.')[0]}.py"
    return path.with_suffix(".py")


def _compile(root: Path, python: Path, paths: Iterable[Path], *options: str) -> None:
    command = [str(python), "-I", "-m", "compileall", "-q", *options, "-s", str(root), "-p", "/",
               "--invalidation-mode", "unchecked-hash", "-i", "-"]  # fmt: skip
    listed = "".join(f"{path}\n" for path in paths if path.is_dir() or path.suffix == ".py")
    subprocess.run(command, check=True, input=listed, text=True)
