"""The distribution's Python, copied into the package: so it runs wherever the C library is new enough, and the folder
can stand anywhere. Debian's interpreter finds its library from its own place, and packages in `dist-packages` below it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

NOT_COPIED = ("__pycache__", "test", "idlelib", "tkinter", "turtledemo", "lib2to3", "ensurepip", "pydoc_data", "curses",
              "dbm", "distutils", "venv", "wsgiref", "xmlrpc", "__phello__", "config-*", "turtle.py",
              "sitecustomize.py", "EXTERNALLY-MANAGED", "*.pickle")  # fmt: skip
NOT_LINKED = ("_crypt", "_curses", "_curses_panel", "_dbm", "_gdbm", "_tkinter", "_test*", "_ctypes_test",
              "_xxtestfuzz", "nis", "ossaudiodev", "readline", "xxlimited*")  # fmt: skip
"""Modules that ask for libraries that nothing else of Fanlight needs, or are there for Python's own tests."""


def name_package(home: Path, name: str) -> None:
    """Where Fanlight reads which package it is of (domain/installation.py): Python's prefix is `home`."""
    (home / "package.txt").write_text(f"{name}\n", "utf-8")


def copy_interpreter(home: Path, python: Path) -> Path:
    """`python`, as /usr/bin/python3.11, into `home`; the folder for packages is returned, and does not exist yet."""
    name = python.name
    binaries, library = home / "bin", home / "lib" / name
    binaries.mkdir(parents=True)
    shutil.copyfile(python, binaries / name)
    (binaries / name).chmod(0o755)
    (binaries / "python3").symlink_to(name)
    modules = [f"{module}.cpython-*" for module in NOT_LINKED]
    shutil.copytree(python.parents[1] / "lib" / name, library, ignore=shutil.ignore_patterns(*NOT_COPIED, *modules))
    return library / "dist-packages"
