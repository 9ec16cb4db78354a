"""How this Fanlight was installed, and so what adds a part of it, or replaces a damaged one: pip, or the package that
holds Python and everything else, where pip is not."""

from __future__ import annotations

import sys
from pathlib import Path

from fanlight.i18n import _

WHOLE = "fanlight"
"""The package that has all parts."""
MARKER = "package.txt"
"""Beside the package's `bin`; holds the package's name."""
OF_DEBIAN = Path("/usr/lib/fanlight")


def package_name() -> str:
    """`fanlight` or `fanlight-small`, of which Fanlight runs; "" where pip installed it."""
    try:
        return (Path(sys.prefix) / MARKER).read_text("utf-8").strip()
    except OSError:
        return ""


def how_to_add(part: str) -> str:
    """`part`: an optional dependency of fanlight-core."""
    if package_name() not in ("", WHOLE):
        text = _("Install Fanlight's package with all its parts, {package}, instead of {small}.")
        return text.format(package=WHOLE, small=package_name())
    return how_to_add_packages(f'"fanlight-core[{part}]"')


def how_to_add_packages(*packages: str) -> str:
    """`packages`: as pip's command line has them."""
    if package_name():
        return _package_again()
    return _("Install it with: {command}.").format(command=" ".join(("pip", "install", *packages)))


def how_to_replace(*packages: str, alone: bool = False) -> str:
    """`alone`: without the packages that they depend on."""
    if package_name():
        return _package_again()
    command = ("pip", "install", "--force-reinstall", *(("--no-deps",) if alone else ()), *packages)
    return _("Reinstall it with: {command}.").format(command=" ".join(command))


def and_the_rest_works(what_to_do: str) -> str:
    return _("{what_to_do} Everything else works without it.").format(what_to_do=what_to_do)


def _package_again() -> str:
    if Path(sys.prefix) == OF_DEBIAN:
        return _("Install Fanlight's package again (sudo apt install --reinstall, with its file).")
    return _("Unpack Fanlight's archive again.")
