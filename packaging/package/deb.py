"""The Debian package and the archive, from the tree of installed files; the same bytes from the same tree."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from system import folder_bytes, output_of, regular_files

DEPENDS = (
    "libportaudio2", "libasound2", "libasound2-plugins", "fonts-dejavu-core | fonts-liberation",
    "libgomp1", "libstdc++6",
    "libxcb-cursor0", "libxkbcommon-x11-0", "libxcb-icccm4", "libxcb-image0", "libxcb-keysyms1", "libxcb-render-util0",
    "libxcb-shape0", "libxcb-xinerama0", "libwayland-cursor0", "libegl1", "libgl1", "libfontconfig1", "libfreetype6",
    "libdbus-1-3", "libglib2.0-0", "libx11-xcb1", "libxcb-randr0", "libxcb-sync1", "libxcb-xfixes0", "libxcb-xkb1",
)  # fmt: skip
DESCRIPTION = """private desktop assistant
 Drop a picture and ask about it, hold a key and speak, or press a hotkey
 anywhere and have the screen explained. The answers are made on this computer,
 on its graphics card or its processor, and nothing leaves it.
"""


def write_deb(tree: Path, out: Path, version: str, python: str, date: str, seconds: int) -> Path:
    """`fanlight_VERSION_ARCHITECTURE.deb` in `out`. `date` is RFC 5322's, for the changelog."""
    minor = Path(python).name.removeprefix("python")
    following = f"3.{int(minor.partition('.')[2]) + 1}"
    depends = [f"python3 (>= {minor})", f"python3 (<< {following})", f"python{minor}", *DEPENDS]
    architecture = output_of("dpkg", "--print-architecture")
    control = tree / "DEBIAN"
    control.mkdir()
    (control / "control").write_text(
        f"Package: fanlight\nVersion: {version}\nArchitecture: {architecture}\nSection: utils\nPriority: optional\n"
        f"Maintainer: The Fanlight developers <fanlight@localhost>\nInstalled-Size: {folder_bytes(tree) // 1024}\n"
        f"Depends: {', '.join(depends)}\nRecommends: mesa-vulkan-drivers, xdg-desktop-portal\n"
        f"Description: {DESCRIPTION}",
        "utf-8",
    )
    _write_documents(tree, version, date)
    (control / "md5sums").write_text(
        "".join(
            f"{hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}  {path.relative_to(tree)}\n"
            for path in regular_files(tree / "usr")
        )
    )
    _set_times(tree, seconds)
    package = out / f"fanlight_{version}_{architecture}.deb"
    env = {**os.environ, "SOURCE_DATE_EPOCH": str(seconds)}
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z12", "--build", str(tree), str(package)], check=True, env=env
    )
    shutil.rmtree(control)
    return package


def _write_documents(tree: Path, version: str, date: str) -> None:
    """Debian's policy: a changelog, and man pages, compressed without a time."""
    documents = tree / "usr" / "share" / "doc" / "fanlight"
    log = documents / "changelog"
    log.write_text(
        f"fanlight ({version}) stable; urgency=medium\n\n  * Built from the sources of this version.\n\n"
        f" -- The Fanlight developers <fanlight@localhost>  {date}\n"
    )
    pages = sorted((tree / "usr/share/man/man1").glob("*.1"))
    subprocess.run(["gzip", "-9nf", str(log), *map(str, pages)], check=True)


def _set_times(tree: Path, seconds: int) -> None:
    for path in [*tree.rglob("*"), tree]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        os.utime(path, (seconds, seconds), follow_symlinks=False)


def write_archive(tree: Path, out: Path, version: str, seconds: int) -> Path:
    """The same files as `fanlight-VERSION-ARCHITECTURE.tar.zst`, for other distributions with the same Python."""
    archive = out / f"fanlight-{version}-{output_of('uname', '-m')}.tar.zst"
    owner = ["--owner=0", "--group=0", "--numeric-owner"]
    command = ["tar", "--sort=name", f"--mtime=@{seconds}", *owner, "--use-compress-program=zstd -12 -T1"]
    subprocess.run([*command, "-cf", str(archive), "-C", str(tree), "usr"], check=True)
    return archive
