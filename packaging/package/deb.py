"""The Debian package and the archive, from the tree of installed files; the same bytes from the same tree."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from system import folder_bytes, output_of, regular_files

LIBC = {"amd64": "2.35", "arm64": "2.39"}
"""The oldest that all wheels were made for; of arm64, PySide6's asks for more than any other."""
FOR_PYTHON = ("zlib1g", "libexpat1", "libffi8", "libssl3t64 | libssl3", "libsqlite3-0",
              "libbz2-1.0", "liblzma5", "libuuid1", "libgomp1", "libstdc++6 (>= 12)")  # fmt: skip
FOR_WINDOWS = (
    "libxcb-cursor0", "libxkbcommon-x11-0", "libxcb-icccm4", "libxcb-image0", "libxcb-keysyms1", "libxcb-render-util0",
    "libxcb-shape0", "libxcb-xinerama0", "libwayland-cursor0", "libwayland-egl1", "libegl1", "libgl1", "libfontconfig1",
    "libfreetype6", "libdbus-1-3", "libglib2.0-0t64 | libglib2.0-0", "libgssapi-krb5-2", "libx11-xcb1",
    "libxcb-randr0", "libxcb-sync1", "libxcb-xfixes0", "libxcb-xkb1", "fonts-dejavu-core | fonts-liberation",
)  # fmt: skip
FOR_SOUND = ("libportaudio2", "libasound2t64 | libasound2", "libasound2-plugins")
"""The names with t64 are those of Debian 13 and Ubuntu 24.04; the old ones are names there that a package of
another kind has as well, and apt might take that one."""
RECOMMENDS = ("ca-certificates", "espeak-ng", "libvulkan1", "mesa-vulkan-drivers", "xdg-desktop-portal")
SUGGESTS = ("python3-nautilus", "thunarx-python")
DESCRIPTION = """private desktop assistant
 Drop a picture or a document and ask about it, hold a key and speak, or press
 a hotkey anywhere and have the screen explained. The answers are made on this
 computer, on its graphics card or its processor, and nothing leaves it.
"""
AFTER_REMOVAL = """#!/bin/sh
set -e
case "$1" in
    remove|purge)
        echo "Fanlight is removed. What each user keeps with it, conversations, settings, and models, stays in that"
        echo "user's folder ~/.local/share/fanlight; delete it to be rid of it."
        ;;
esac
"""
OVERRIDES = Path(__file__).with_name("lintian-overrides")


def names_for_apt() -> list[str]:
    """What Fanlight needs, as it can be typed: the older names, which the newer packages provide; what libportaudio2
    brings along is not named, for two packages provide it on newer systems."""
    return [
        wanted.split("|")[-1].split("(")[0].strip() for wanted in ("libc6", *FOR_PYTHON, *FOR_WINDOWS, FOR_SOUND[0])
    ]


@dataclass(frozen=True, slots=True)
class Release:
    """What is written beside the files. `date` is RFC 5322's, for the changelog; `seconds` is that of all files."""

    name: str
    version: str
    date: str
    seconds: int
    maintainer: str
    level: int
    """zstd's."""
    summary: str = ""
    """Added to the description."""
    other: str = ""
    """The package with the same files, which cannot be installed beside it."""


def write_deb(tree: Path, out: Path, release: Release) -> Path:
    """`NAME_VERSION_ARCHITECTURE.deb` in `out`."""
    architecture = output_of("dpkg", "--print-architecture")
    _write_documents(tree, release)
    control = tree / "DEBIAN"
    shutil.rmtree(control, ignore_errors=True)
    control.mkdir()
    (control / "control").write_text(_control(tree, release, architecture), "utf-8")
    (control / "postrm").write_text(AFTER_REMOVAL)
    sums = [f"{_md5(path)}  {path.relative_to(tree)}\n" for path in regular_files(tree / "usr")]
    (control / "md5sums").write_text("".join(sums))
    set_times(tree, release.seconds)
    (control / "postrm").chmod(0o755)
    package = out / f"{release.name}_{release.version}_{architecture}.deb"
    env = {**os.environ, "SOURCE_DATE_EPOCH": str(release.seconds)}
    options = ["--root-owner-group", "-Zzstd", f"-z{release.level}", "--threads-max=2"]
    subprocess.run(["dpkg-deb", *options, "--build", str(tree), str(package)], check=True, env=env)
    shutil.rmtree(control)
    return package


def write_archive(tree: Path, out: Path, release: Release) -> Path:
    """The same files as `NAME-VERSION-ARCHITECTURE.tar.zst`: one folder, which can stand anywhere."""
    archive = out / f"{release.name}-{release.version}-{output_of('uname', '-m')}.tar.zst"
    owner = ["--owner=0", "--group=0", "--numeric-owner"]
    program = f"zstd -{release.level} -T2"
    command = ["tar", "--sort=name", "--format=gnu", f"--mtime=@{release.seconds}", *owner,
               f"--transform=s,^usr,fanlight-{release.version},S", f"--use-compress-program={program}"]  # fmt: skip
    subprocess.run([*command, "-cf", str(archive), "-C", str(tree), "usr"], check=True)
    return archive


def _control(tree: Path, release: Release, architecture: str) -> str:
    libc = f"libc6 (>= {LIBC[architecture]})"
    depends = ", ".join((libc, *FOR_PYTHON, *FOR_WINDOWS, *FOR_SOUND))
    fields = {
        "Package": release.name,
        "Version": release.version,
        "Architecture": architecture,
        "Section": "utils",
        "Priority": "optional",
        "Maintainer": release.maintainer,
        "Installed-Size": str(folder_bytes(tree) // 1024),
        "Depends": depends,
        "Recommends": ", ".join(RECOMMENDS),
        "Suggests": ", ".join(SUGGESTS),
        "Conflicts": release.other,
        "Replaces": release.other,
        "Description": DESCRIPTION + release.summary,
    }
    return "".join(f"{name}: {text.rstrip()}\n" for name, text in fields.items() if text)


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _write_documents(tree: Path, release: Release) -> None:
    """Debian's policy: a changelog, and man pages, compressed without a time."""
    documents = tree / "usr" / "share" / "doc"
    if release.name != "fanlight" and (documents / "fanlight").exists():
        (documents / "fanlight").rename(documents / release.name)
    log = documents / release.name / "changelog"
    log.write_text(
        f"{release.name} ({release.version}) stable; urgency=medium\n\n  * Built from the sources of this version.\n\n"
        f" -- {release.maintainer}  {release.date}\n"
    )
    overrides = tree / "usr" / "share" / "lintian" / "overrides" / release.name
    overrides.parent.mkdir(parents=True)
    shutil.copyfile(OVERRIDES, overrides)
    pages = sorted((tree / "usr/share/man/man1").glob("*.1"))
    subprocess.run(["gzip", "-9nf", str(log), *map(str, pages)], check=True)


def set_times(tree: Path, seconds: int) -> None:
    """One time, and rights that do not depend on the builder's umask: what can be run stays so."""
    for path in [*tree.rglob("*"), tree]:
        if not path.is_symlink():
            runs = path.is_dir() or (path.parent.name == "bin" and path.stat().st_mode & 0o100)
            path.chmod(0o755 if runs else 0o644)
        os.utime(path, (seconds, seconds), follow_symlinks=False)
