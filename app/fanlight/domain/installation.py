"""How this Fanlight was installed, and so what adds a part of it, or replaces a damaged one: pip, or the package that
holds Python and everything else, where pip is not; and whether its files are those that it was started from."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import fanlight
from fanlight.i18n import _

WHOLE = "fanlight"
"""The package that has all parts."""
OF_SMALL = frozenset({"audio", "documents", "fetch"})
"""The optional parts of `fanlight-core` that the small package has."""
MARKER = "package.txt"
"""Beside the package's `bin`; holds the package's name."""
OF_DEBIAN = Path("/usr/lib/fanlight")


class InstalledFiles:
    """As they were when it was made. A package manager replaces each file of a program that runs, and what is imported
    later is of the other version."""

    def __init__(self, file: Path = Path(fanlight.__file__)) -> None:
        self._file, self._known = file, _identity(file)

    def are_replaced(self) -> bool:
        """Whether another version stands there now, or none."""
        return _identity(self._file) != self._known


def _identity(file: Path) -> tuple[int, int] | None:
    """Without the number of its inode, which some file systems make up anew."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def package_name() -> str:
    """`fanlight` or `fanlight-small`, of which Fanlight runs; "" where pip installed it."""
    try:
        return (Path(sys.prefix) / MARKER).read_text("utf-8").strip()
    except OSError:
        return ""


def is_left_out(part: str) -> bool:
    """Whether the package that Fanlight runs of has been made without this part."""
    return package_name() not in ("", WHOLE) and part not in OF_SMALL


def how_to_add(part: str) -> str:
    """`part`: an optional dependency of fanlight-core."""
    if is_left_out(part):
        text = _("Install Fanlight's package with all its parts, {package}, instead of {small}.")
        return text.format(package=WHOLE, small=package_name())
    return how_to_add_packages(f'"fanlight-core[{part}]"')


def how_to_add_packages(*packages: str) -> str:
    """`packages`: as pip's command line has them."""
    if package_name():
        return _package_again()
    return _("Install it with: {command}.").format(command=command_of_pip(*packages))


def how_to_replace(*packages: str, alone: bool = False) -> str:
    """`alone`: without the packages that they depend on."""
    if package_name():
        return _package_again()
    options = ("--force-reinstall", "--no-deps") if alone else ("--force-reinstall",)
    return _("Reinstall it with: {command}.").format(command=command_of_pip(*options, *packages))


def command_of_pip(*words: str) -> str:
    """Installs `words` beside this Fanlight. pipx and uv keep programs apart; the shell's pip is of another Python."""
    prefix = Path(sys.prefix)
    if (prefix / "pipx_metadata.json").exists():
        tool: tuple[str, ...] = ("pipx", "runpip", prefix.name, "install")
    elif (prefix / "uv-receipt.toml").exists():
        tool = ("uv", "pip", "install", "--python", shlex.quote(str(prefix)))
    else:
        tool = ("pip", "install")
    return " ".join((*tool, *words))


def and_the_rest_works(what_to_do: str) -> str:
    return _("{what_to_do} Everything else works without it.").format(what_to_do=what_to_do)


def _package_again() -> str:
    if Path(sys.prefix) == OF_DEBIAN:
        return _("Install Fanlight's package again (sudo apt install --reinstall, with its file).")
    return _("Unpack Fanlight's archive again.")
