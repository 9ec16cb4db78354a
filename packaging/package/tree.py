"""The installed files of a package, below a folder that stands for `/`.

usr/lib/fanlight      Python, and every package that Fanlight needs; it runs wherever this folder stands
usr/bin/fanlight      a link to its `bin/fanlight`
usr/share             menu entry, D-Bus service, icon, AppStream metadata, actions of file managers, man pages,
                      completions, licenses
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bytecode import compile_all
from command_line import commands, write_completions, write_man_pages
from desktop_files import copy_desktop_files
from icu_data import take_out_unused_data
from interpreter import copy_interpreter, name_package
from launcher import write_launcher
from licenses import write_licenses
from qt_parts import take_out_unused
from strip_debug import strip_modules

HOME = Path("usr/lib/fanlight")
NOT_SHIPPED = ("pip", "setuptools", "wheel", "sympy", "networkx", "mpmath", "isympy.py", "bin", "include", "lib",
               "share", "hf_xet", "numpy/distutils", "numpy/f2py", "numpy/_core/_simd.*", "onnxruntime/transformers",
               "onnxruntime/quantization", "onnxruntime/tools", "onnxruntime/capi/libonnxruntime.so*",
               "tqdm/completion.sh", "numpy/polynomial", "jsonschema/benchmarks", "PIL/_imagingft.*",
               "pillow.libs/libfreetype-*", "pillow.libs/libharfbuzz-*", "pillow.libs/libpng16-*",
               "pillow.libs/libbrotli*", "pypdfium2_cli", "llama_cpp/lib/libggml-cpu-x64.so",
               "llama_cpp/lib/libggml-cpu-cannonlake.so", "llama_cpp/lib/libggml-cpu-cooperlake.so")  # fmt: skip
"""What dependencies bring along and nothing of Fanlight's imports: the tools of onnxruntime and numpy, onnxruntime's
library for C, llama.cpp's second copy of its libraries, the hub's transfer library, and what Pillow writes texts into
pictures with. Of llama.cpp's kernels, those for processors that Fanlight does not run on (plain x86-64), and for two
kinds that are rare and have others that fit."""
LEFT_OUT = ("**/tests", "**/test", "**/include", "**/__pycache__", "**/direct_url.json", "**/*.a", "**/*.pyi",
            "**/*.cmake", "**/*.pyx", "**/*.pxd", "**/RECORD", "**/REQUESTED", "**/INSTALLER",
            "*.dist-info/sboms", "pypdfium2-*.dist-info/licenses/BUILD_LICENSES/*_musl",
            "pypdfium2-*.dist-info/licenses/BUILD_LICENSES/android",
            "pypdfium2-*.dist-info/licenses/BUILD_LICENSES/v8_xfa")  # fmt: skip
"""Tests, headers, and static libraries of the packages are not needed to run them; a list of all parts is beside the
package. Of PDFium, the licenses of what other builds of it hold."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes into a tree."""

    source: Path
    """Fanlight's own sources."""
    wheels: Path
    """All that is installed."""
    python: Path
    """The distribution's interpreter, as /usr/bin/python3.11."""
    requirement: str
    """`fanlight`, or `fanlight-core` with the parts that it shall have."""
    package: str
    """Its name."""
    version: str
    date: str
    """On the man pages."""


def build_tree(root: Path, contents: Contents) -> None:
    """Raises GplInside, UnknownPart, CalledProcessError."""
    home = root / HOME
    site = copy_interpreter(home, contents.python)
    install(site, contents)
    for pattern in LEFT_OUT:
        for path in sorted(site.glob(pattern)):
            if pattern.endswith("RECORD"):
                continue  # licenses are found by it
            _remove(path)
    strip_modules(home)
    name_package(home, contents.package)
    launcher = home / "bin" / "fanlight"
    write_launcher(launcher)
    (root / "usr" / "bin").mkdir()
    (root / "usr" / "bin" / "fanlight").symlink_to(f"../lib/fanlight/bin/{launcher.name}")
    _share(root, site, contents)
    compile_all(root, home, contents.python)
    write_licenses(root / "usr/share/doc/fanlight", contents.source, site)
    for record in site.glob("*.dist-info/RECORD"):
        record.unlink()


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def install(site: Path, contents: Contents) -> None:
    """All wheels' packages into `site`, without what is not used."""
    minor = contents.python.name.removeprefix("python")
    subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-index", "--no-compile",
         f"--find-links={contents.wheels}", f"--python-version={minor}", "--only-binary=:all:", f"--target={site}",
         contents.requirement],
        check=True,
    )  # fmt: skip
    for name in NOT_SHIPPED:
        for path in [*site.glob(name), *site.glob(f"{name}-*.dist-info")]:
            _remove(path)
    take_out_unused(site / "PySide6")
    for library in (site / "PySide6" / "Qt" / "lib").glob("libicudata.so.*"):
        take_out_unused_data(library)
    _link_copies(site / "llama_cpp" / "lib")


def _link_copies(folder: Path) -> None:
    """Wheels cannot hold links: a library lies there under each of its names. One file stays, the longest name."""
    first: dict[bytes, Path] = {}
    for path in sorted(folder.iterdir(), key=lambda path: (-len(path.name), path.name)):
        kept = first.setdefault(path.read_bytes(), path)
        if kept != path:
            path.unlink()
            path.symlink_to(kept.name)


def _share(root: Path, site: Path, contents: Contents) -> None:
    share = root / "usr" / "share"
    copy_desktop_files(share, contents.source)
    known = commands(site)
    write_man_pages(share / "man" / "man1", known, contents.version, contents.date)
    write_completions(share, known)
