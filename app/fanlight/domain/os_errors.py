"""The reason of an OSError, in the user's language."""

from __future__ import annotations

from fanlight.i18n import N_, _

COMMON = (
    N_("No such file or directory"),
    N_("Permission denied"),
    N_("Operation not permitted"),
    N_("Is a directory"),
    N_("Not a directory"),
    N_("File exists"),
    N_("File name too long"),
    N_("No space left on device"),
    N_("Disk quota exceeded"),
    N_("Read-only file system"),
    N_("Input/output error"),
    N_("Device or resource busy"),
    N_("Too many open files"),
    N_("Stale file handle"),
)
"""The C library's texts for what happens to files; Python gives them in English whatever the language is."""


def os_reason(error: OSError) -> str:
    """The reason alone, without the file's name."""
    return _(error.strerror) if error.strerror else str(error)
