"""The installed files of a package, below a folder that stands for `/`.

usr/lib/fanlight      a virtual environment around the distribution's Python, with every package in it
usr/bin/fanlight      starts it
usr/share             menu entry, icon, AppStream metadata, man pages, completions, licenses
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from command_line import commands, write_completions, write_man_pages
from licenses import write_licenses
from qt_parts import take_out_unused

APP_ID = "org.fanlight.Fanlight"
LAUNCHER = """#!/bin/sh
exec /usr/lib/fanlight/bin/python3 -I -m fanlight "$@"
"""
NOT_SHIPPED = ("pip", "setuptools", "wheel", "sympy", "networkx", "mpmath", "isympy.py", "bin", "include", "lib",
               "share", "hf_xet")  # fmt: skip
"""What dependencies bring along and nothing of Fanlight's imports: onnxruntime's tools, llama.cpp's second copy of its
libraries, the hub's transfer library."""
LEFT_OUT = ("**/tests", "**/test", "**/include", "**/__pycache__", "**/direct_url.json", "**/*.a", "**/*.pyi",
            "**/*.cmake", "**/RECORD", "**/REQUESTED", "**/INSTALLER")  # fmt: skip
"""Tests, headers, and static libraries of the packages are not needed to run them."""


def build_tree(root: Path, source: Path, wheels: Path, python: str, version: str, date: str) -> None:
    """`python` is the distribution's interpreter, as `/usr/bin/python3.11`; `wheels` holds all that is installed.
    `date` stands on the man pages. Raises GplInside, CalledProcessError."""
    home = root / "usr" / "lib" / "fanlight"
    site = home / "lib" / Path(python).name / "site-packages"
    (home / "bin").mkdir(parents=True)
    (home / "pyvenv.cfg").write_text(f"home = {Path(python).parent}\ninclude-system-site-packages = false\n")
    for name in ("python3", Path(python).name):
        (home / "bin" / name).symlink_to(python)
    install(site, wheels, python)
    _share(root, source, site, version, date)
    for pattern in LEFT_OUT:
        for path in sorted(site.glob(pattern)):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    launcher = root / "usr" / "bin" / "fanlight"
    launcher.parent.mkdir(parents=True)
    launcher.write_text(LAUNCHER)
    launcher.chmod(0o755)
    # No times stand in the compiled files, so that two builds are the same; nothing changes their sources.
    command = [
        python,
        "-I",
        "-m",
        "compileall",
        "-q",
        "-s",
        str(root),
        "--invalidation-mode",
        "unchecked-hash",
        str(site),
    ]
    subprocess.run(command, check=True)


def install(site: Path, wheels: Path, python: str) -> None:
    """All wheels' packages into `site`, without what is not used."""
    minor = Path(python).name.removeprefix("python")
    subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-index", "--no-compile",
         f"--find-links={wheels}", f"--python-version={minor}", "--only-binary=:all:", f"--target={site}", "fanlight"],
        check=True,
    )  # fmt: skip
    for name in NOT_SHIPPED:
        for path in [site / name, *site.glob(f"{name}-*.dist-info")]:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    take_out_unused(site / "PySide6")
    _link_copies(site / "llama_cpp" / "lib")


def _link_copies(folder: Path) -> None:
    """Wheels cannot hold links: a library lies there under each of its names. One file stays, the longest name."""
    first: dict[bytes, Path] = {}
    for path in sorted(folder.iterdir(), key=lambda path: -len(path.name)):
        kept = first.setdefault(path.read_bytes(), path)
        if kept != path:
            path.unlink()
            path.symlink_to(kept.name)


def _share(root: Path, source: Path, site: Path, version: str, date: str) -> None:
    share = root / "usr" / "share"
    packaging = source / "packaging"
    for place, file in (
        (share / "applications" / f"{APP_ID}.desktop", packaging / f"{APP_ID}.desktop"),
        (share / "metainfo" / f"{APP_ID}.metainfo.xml", packaging / "package" / f"{APP_ID}.metainfo.xml"),
        (share / "icons/hicolor/scalable/apps" / f"{APP_ID}.svg", source / "resources/icons/fanlight.svg"),
    ):
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)
    known = commands(site)
    write_man_pages(share / "man" / "man1", known, version, date)
    write_completions(share, known)
    write_licenses(share / "doc" / "fanlight", source, site)
