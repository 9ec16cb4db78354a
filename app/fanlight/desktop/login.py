"""Start Fanlight, hidden, when the user logs in: one file or registry value, and nothing else.

Linux: an autostart entry (freedesktop.org's specification). Windows and macOS: NOT RUN, written from the sources.
"""

from __future__ import annotations

import os
import plistlib
import shutil
import sys
from pathlib import Path

from fanlight.desktop.bus import APP_ID
from fanlight.domain.desktop_errors import LoginError
from fanlight.domain.os_errors import os_reason
from fanlight.domain.path_kinds import look_at
from fanlight.files import replace_file
from fanlight.i18n import _

RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"
ENTRY = """[Desktop Entry]
Type=Application
Name=Fanlight
Comment={comment}
Exec={command} --hidden
TryExec={program}
Icon={app_id}
Terminal=false
X-GNOME-Autostart-enabled=true
"""


def command() -> list[str]:
    """The command that starts this installation of Fanlight."""
    if image := _appimage():
        return [image]
    script = Path(sys.executable).with_name("fanlight")
    found = str(script) if script.exists() else shutil.which("fanlight")
    return [found] if found else [sys.executable, "-m", "fanlight"]


def _appimage() -> str:
    """The AppImage that this process runs of, whose files are in another folder at each start; "" of none. What another
    program's AppImage starts has these variables, too."""
    image, folder = os.environ.get("APPIMAGE", ""), os.environ.get("APPDIR", "")
    ours = bool(folder) and Path(folder) in Path(sys.executable).parents
    return image if ours and look_at(Path(image)).is_file else ""


def is_on() -> bool:
    if sys.platform == "win32":
        return _windows_value() is not None
    return look_at(_file()).is_file


def switch(on: bool) -> None:
    """Turn the start at login on or off. Raises LoginError; then nothing has changed."""
    try:
        if sys.platform == "win32":
            _set_windows_value(on)
        elif on:
            _write(_file())
        else:
            _file().unlink(missing_ok=True)
    except OSError as error:
        raise LoginError(
            _("Starting at login could not be changed: {reason}.").format(reason=os_reason(error))
        ) from error


def quoted(word: str) -> str:
    """For an Exec line: in quotes, with what is special inside them escaped, and % doubled."""
    inside = "".join(f"\\{letter}" if letter in '"`$\\' else letter for letter in word)
    return f'"{inside}"'.replace("\\", "\\\\").replace("%", "%%")


def _file() -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "LaunchAgents" / f"{APP_ID}.plist"
    config = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(config) / "autostart" / f"{APP_ID}.desktop"


def _write(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if sys.platform == "darwin":
        about = {"Label": APP_ID, "ProgramArguments": [*command(), "--hidden"], "RunAtLoad": True}
        replace_file(path, plistlib.dumps(about))
    else:
        replace_file(path, _entry(command()).encode())


def _entry(started: list[str]) -> str:
    """Desktops leave it alone where its program is gone: whoever removes Fanlight keeps this file."""
    return ENTRY.format(
        command=" ".join(quoted(word) for word in started), program=started[0].replace("\\", "\\\\"),
        app_id=APP_ID, comment=_("Waits in the background for its key"),
    )  # fmt: skip


def _windows_value() -> str | None:
    import winreg

    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, RUN_KEY) as key:  # type: ignore[attr-defined]
            return str(winreg.QueryValueEx(key, "Fanlight")[0])  # type: ignore[attr-defined]
    except FileNotFoundError:
        return None


def _set_windows_value(on: bool) -> None:
    import winreg

    rights = winreg.KEY_SET_VALUE  # type: ignore[attr-defined]
    with winreg.OpenKey(winreg.HKEY_CURRENT_USER, RUN_KEY, 0, rights) as key:  # type: ignore[attr-defined]
        if on:
            words = " ".join(f'"{word}"' for word in command())
            winreg.SetValueEx(key, "Fanlight", 0, winreg.REG_SZ, f"{words} --hidden")  # type: ignore[attr-defined]
        elif _windows_value() is not None:
            winreg.DeleteValue(key, "Fanlight")  # type: ignore[attr-defined]
