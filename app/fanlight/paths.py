"""Folders: bundled ones, and the user's.

`FANLIGHT_HOME` puts all of the user's files into one folder (a portable installation, a test). What a shell would
expand in it is expanded, since unit files, containers, and menu entries do not; `fix_home` makes it absolute once.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from fanlight.domain.errors import InputError
from fanlight.i18n import _

_PACKAGE = Path(__file__).parent


def _shipped(name: str) -> Path:
    """A bundled folder: inside the package in a wheel, at the top of the tree in a checkout."""
    inside = _PACKAGE / f"_{name}"
    return inside if inside.is_dir() else _PACKAGE.parents[1] / name


def resources() -> Path:
    return _shipped("resources")


def shipped_models() -> Path:
    return _shipped("models")


def fix_home() -> bool:
    """From now on FANLIGHT_HOME names one folder, wherever this process and its children go. Whether it was relative,
    and so depended on where Fanlight was started. Raises InputError for the home of a user who does not exist."""
    chosen = os.environ.get("FANLIGHT_HOME", "")
    if not chosen.strip():
        os.environ.pop("FANLIGHT_HOME", None)
        return False
    expanded = _expanded(chosen)
    if expanded.startswith("~"):
        raise InputError(
            _("FANLIGHT_HOME is “{value}”, and there is no such user.").format(value=chosen),
            _("Set FANLIGHT_HOME to a full path, for example {path}.").format(path=Path.home() / "fanlight"),
        )
    os.environ["FANLIGHT_HOME"] = str(Path(expanded).absolute())
    return not Path(expanded).is_absolute()


def home() -> Path:
    """The user's data: settings, conversations, models. Created with mode 0700 when missing."""
    override = _override()
    return _private(Path(override) if override else Path(platformdirs.user_data_dir("fanlight", appauthor=False)))


def cache() -> Path:
    """Files that can be made again."""
    override = _override()
    return _private(
        Path(override) / "cache" if override else Path(platformdirs.user_cache_dir("fanlight", appauthor=False))
    )


def kept_words() -> tuple[Path, ...]:
    """Folders that hold what somebody said or asked, conversations aside: transcripts, answers of unfinished batches,
    what models have read of conversations, and answers about many pictures."""
    folder = cache()
    parts, pipes = folder / "speech" / "parts", folder / "speech" / "pipes"
    return parts, pipes, folder / "batch", conversation_states(), picture_runs()


def picture_runs() -> Path:
    """Answers about the pictures of folders, and what was corrected in them."""
    return home() / "picture-runs"


def conversation_states() -> Path:
    return cache() / "conversations"


def logs() -> Path:
    return _private(home() / "logs")


def _override() -> str:
    """The folder that FANLIGHT_HOME names; "" where it names none."""
    chosen = os.environ.get("FANLIGHT_HOME", "")
    return str(Path(_expanded(chosen)).absolute()) if chosen.strip() else ""


def _expanded(text: str) -> str:
    return os.path.expanduser(os.path.expandvars(text))  # noqa: PTH111 - a user who does not exist is no error here


def _private(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
