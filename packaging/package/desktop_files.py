"""The files by which a desktop knows Fanlight, below `usr/share`: menu entry, D-Bus service, icon, AppStream metadata,
and "Ask Fanlight" in file managers."""

from __future__ import annotations

import shutil
from pathlib import Path

APP_ID = "org.fanlight.Fanlight"


def copy_desktop_files(share: Path, source: Path) -> None:
    """`source` is Fanlight's own sources."""
    ours = source / "packaging" / "package"
    places = {
        f"metainfo/{APP_ID}.metainfo.xml": ours / f"{APP_ID}.metainfo.xml",
        f"icons/hicolor/scalable/apps/{APP_ID}.svg": source / "resources/icons/fanlight.svg",
        f"dbus-1/services/{APP_ID}.service": ours / f"{APP_ID}.service",
        "nautilus-python/extensions/fanlight.py": ours / "fanlight-nautilus.py",
        "thunarx-python/extensions/fanlight.py": ours / "fanlight-thunar.py",
        "kio/servicemenus/fanlight.desktop": ours / "fanlight-dolphin.desktop",
        "nemo/actions/fanlight.nemo_action": ours / "fanlight.nemo_action",
    }
    for place, file in places.items():
        (share / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, share / place)
    entry = share / "applications" / f"{APP_ID}.desktop"
    entry.parent.mkdir()
    entry.write_text(bus_activated((source / "packaging" / entry.name).read_text("utf-8")), "utf-8")


def bus_activated(entry: str) -> str:
    """The menu entry for a package, which brings the D-Bus service as well."""
    return entry.replace("\nExec=fanlight open %F\n", "\nExec=fanlight open %F\nDBusActivatable=true\n", 1)
