"""What a path leads to, without an exception: a name that is too long, a folder that cannot be entered, a loop of
links, and a mount whose server is gone are answers, too. `Path.exists`, `is_file` and `is_dir` raise for most."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from fanlight.domain.os_errors import os_reason
from fanlight.i18n import _

_SHOWN_CHARACTERS = 100
_LOST = "\ufffd"
_LOSSES = re.compile(f"{_LOST}+")


class PathKind(Enum):
    FILE = auto()
    FOLDER = auto()
    PIPE = auto()
    SOCKET = auto()
    DEVICE = auto()
    MISSING = auto()
    UNREACHABLE = auto()


@dataclass(frozen=True, slots=True)
class PathFound:
    """`size` of a file in bytes; `reason`: why it is missing or unreachable, in the user's language."""

    path: Path
    kind: PathKind
    size: int = 0
    reason: str = ""

    @property
    def is_file(self) -> bool:
        return self.kind is PathKind.FILE

    @property
    def is_folder(self) -> bool:
        return self.kind is PathKind.FOLDER

    @property
    def is_missing(self) -> bool:
        """Surely not there. Of a path that is not missing it may not be known."""
        return self.kind is PathKind.MISSING

    @property
    def refusal(self) -> str:
        """Why this is no file, as a sentence; "" for a file."""
        shown = shortened(str(self.path))
        match self.kind:
            case PathKind.FILE:
                return ""
            case PathKind.FOLDER:
                return _("{path} is a folder, not a file.").format(path=shown)
            case PathKind.PIPE:
                return _("{path} is a pipe, not a file.").format(path=shown)
            case PathKind.SOCKET:
                return _("{path} is a socket, not a file.").format(path=shown)
            case PathKind.DEVICE:
                return _("{path} is a device, not a file.").format(path=shown)
            case PathKind.MISSING:
                return _("The file {path} does not exist.").format(path=shown)
            case PathKind.UNREACHABLE:
                return _("{path} cannot be reached: {reason}.").format(path=shown, reason=self.reason)


def look_at(path: Path) -> PathFound:
    """Follows links. Never raises, and opens nothing."""
    try:
        status = path.stat()
    except OSError as error:
        kind = PathKind.MISSING if isinstance(error, FileNotFoundError | NotADirectoryError) else PathKind.UNREACHABLE
        return PathFound(path, kind, reason=os_reason(error))
    except ValueError:  # a NUL, or a half of a character pair that no file system can store
        return PathFound(path, PathKind.UNREACHABLE, reason=_("No file can have this name"))
    return PathFound(path, _kind_of(status.st_mode), status.st_size)


def _kind_of(mode: int) -> PathKind:
    for is_kind, kind in (
        (stat.S_ISREG, PathKind.FILE),
        (stat.S_ISDIR, PathKind.FOLDER),
        (stat.S_ISFIFO, PathKind.PIPE),
        (stat.S_ISSOCK, PathKind.SOCKET),
    ):
        if is_kind(mode):
            return kind
    return PathKind.DEVICE


def home_expanded(path: str | Path) -> Path:
    """With the home folder in place of ~; the name of a user who does not exist stays as it is written."""
    try:
        return Path(os.path.expanduser(path))  # noqa: PTH111 - `Path.expanduser` raises for an unknown user
    except ValueError:  # no user can have this name
        return Path(path)


def as_on_disk(path: Path) -> Path:
    """The file that is meant where U+FFFD stands for what is no UTF-8 in its name, as programs made with Qt write it.
    `path` itself where it is there, or where more than one file may be meant."""
    if _LOST not in str(path) or not look_at(path).is_missing:
        return path
    folder = as_on_disk(path.parent)
    try:
        names = [beside.name for beside in folder.iterdir()]
    except OSError:
        return path
    meant = [name for name in names if _with_losses(name) == _LOSSES.sub(_LOST, path.name)]
    return folder / meant[0] if len(meant) == 1 else path


def _with_losses(name: str) -> str:
    """Programs differ in how many they write for bytes side by side."""
    return _LOSSES.sub(_LOST, os.fsencode(name).decode("utf-8", "replace"))


def absolute_path(path: Path) -> Path:
    """`path` itself where the working folder was deleted. Links are not resolved."""
    try:
        return path.absolute()
    except OSError:
        return path


def same_file(one: Path, other: Path) -> bool:
    """Whether both lead to the same file, perhaps by different names. False where that cannot be found out."""
    if one == other:
        return True
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False


def shortened(text: str, most: int = _SHOWN_CHARACTERS) -> str:
    """`text` for a sentence: without its middle where it is long."""
    if len(text) <= most:
        return text
    return f"{text[: most // 2]}…{text[-(most // 2 - 1) :]}"
