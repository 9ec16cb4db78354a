"""`fanlight doctor --bundle FILE`: what somebody who looks for a fault needs to know of this computer and its Fanlight.

It can be given to strangers: no conversation, path, or name is in it, of people, computers, files, or models. That
holds because only numbers, yes and no, and words that Fanlight itself knows are taken; texts and messages never are.
"""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from dataclasses import fields
from importlib import metadata
from pathlib import Path
from typing import Any

from fanlight import __version__, compose, paths
from fanlight.cli.doctor_checks import CHECKS, DoctorReport
from fanlight.cli.log_digest import digest, read_log
from fanlight.cli.output import OK, json_text
from fanlight.cli.output_place import STANDARD_STREAM, OutputPlace
from fanlight.cli.streams import put
from fanlight.desktop.session import is_wayland
from fanlight.domain.errors import FanlightError, OutputError
from fanlight.domain.models import ModelFiles, ModelSpec
from fanlight.domain.os_errors import os_reason
from fanlight.gguf.architectures import ARCHITECTURES
from fanlight.gguf.check import check
from fanlight.i18n import _, language_in_use
from fanlight.settings import Settings

DESKTOPS = ("GNOME", "KDE", "XFCE", "MATE", "Cinnamon", "X-Cinnamon", "LXQt", "LXDE", "Unity", "Budgie", "sway",
            "Hyprland", "COSMIC", "Pantheon", "i3", "ubuntu")  # fmt: skip


def write(named: str) -> int:
    """Raises InputError, OutputError."""
    place = OutputPlace(named)
    place.check()
    text = json_text(contents()) + "\n"
    try:
        place.write(text)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(
            _("{path} could not be written: {reason}.").format(path=place.shown, reason=os_reason(error)),
            _("Name another output file."),
        ) from error
    if named != STANDARD_STREAM:
        put(_("{path} is written. No conversation, path, or name is in it; look at it before you pass it on.")
            .format(path=place.shown))  # fmt: skip
    return OK


def contents() -> dict[str, Any]:
    settings = compose.settings()
    whole, counts = _checked()
    return {
        "fanlight": __version__,
        "installed": installed_as(),
        "versions": whole.versions,
        "packages": _packages(),
        "devices": whole.devices,
        "processors": os.cpu_count(),
        "desktop": _desktop(),
        "language": language_in_use(),
        "checks": counts,
        "settings": _settings(settings),
        "models": _models(settings),
        "folder": _folder(),
        "log": digest(read_log(paths.logs())),
    }


def installed_as() -> str:
    """How this Fanlight came here, by where it stands."""
    place = Path(__file__).resolve().parents[2]
    if place.name == "app":
        return "checkout"
    return "package" if place.name == "dist-packages" and "fanlight" in place.parts else "wheel"


def _checked() -> tuple[DoctorReport, dict[str, dict[str, int]]]:
    """All findings, and how many each check has. Their sentences name files and models, and stay out."""
    whole, counts = DoctorReport(), dict[str, dict[str, int]]()
    for examine_part in CHECKS:
        missing, notes = len(whole.missing), len(whole.notes)
        examine_part(whole)
        counts[examine_part.__name__.strip("_")] = {
            "missing": len(whole.missing) - missing, "notes": len(whole.notes) - notes
        }  # fmt: skip
    return whole, counts


def _packages() -> dict[str, str]:
    """Those that Fanlight asks for; what else is installed beside it is nobody's business."""
    found = dict[str, str]()
    for line in metadata.requires("fanlight-core") or ():
        if (name := re.match(r"[A-Za-z0-9_.-]+", line)) and "fanlight" not in line:
            with suppress(metadata.PackageNotFoundError):
                found[name[0]] = metadata.version(name[0])
    return dict(sorted(found.items()))


def _desktop() -> dict[str, Any]:
    named = os.environ.get("XDG_CURRENT_DESKTOP", "").split(":")
    return {
        "desktop": [one if one in DESKTOPS else "another" for one in named if one],
        "wayland": is_wayland(),
        "x_server": bool(os.environ.get("DISPLAY")),
        "session_bus": bool(os.environ.get("DBUS_SESSION_BUS_ADDRESS")),
    }


def _settings(settings: Settings) -> dict[str, Any]:
    """What differs from the default. A text that the user wrote is only said to be there."""
    changed = dict[str, Any]()
    for item in fields(settings):
        value = getattr(settings, item.name)
        if value != item.default:
            choices = item.metadata["choices"]
            known = value in choices if isinstance(value, str) else isinstance(value, (bool, int, float))
            changed[item.name] = value if known else "changed"
    return changed


def _models(settings: Settings) -> list[dict[str, Any]]:
    try:
        return [_model(spec, chosen=spec.name == settings.model) for spec in compose.catalog().models()]
    except FanlightError as error:
        return [{"error": type(error).__name__}]


def _model(spec: ModelSpec, *, chosen: bool) -> dict[str, Any]:
    about: dict[str, Any] = {
        "chosen": chosen, "practice": spec.practice, "images": spec.supports_images,
        "of_another_program": bool(spec.owner),
    }  # fmt: skip
    if not isinstance(spec.source, ModelFiles):
        return about | {"served": True}
    try:
        kind = check(spec).model.architecture
    except FanlightError as error:
        return about | {"error": type(error).__name__}
    with suppress(OSError):
        about["bytes"] = spec.source.model.stat().st_size
    return about | {"architecture": kind if kind in ARCHITECTURES else "another"}


def _folder() -> dict[str, Any]:
    home = paths.home()
    about: dict[str, Any] = {"by_fanlight_home": bool(os.environ.get("FANLIGHT_HOME", "").strip())}
    with suppress(OSError):
        about["free_bytes"] = shutil.disk_usage(home).free
        about["writable"] = os.access(home, os.W_OK)
        about["conversation_bytes"] = sum(path.stat().st_size for path in home.glob("*.db*"))
    return about
