"""Landlock for a parsing process: of all files it may only read the libraries that Python may still load.

System calls: include/uapi/linux/landlock.h; what a kernel cannot restrict is left out."""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable

from fanlight.parsing.seccomp import no_new_privileges

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_VERSION = 1
_PATH_BENEATH = 1
_WRITE_FILE, _READ_FILE, _READ_FOLDER, _CONTROL_DEVICE = 1 << 1, 1 << 2, 1 << 3, 1 << 15
_FILES = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
"""All actions on files that a version knows."""
_TCP = 0b11
_SCOPES = 0b11
"""Abstract sockets of, and signals to, processes outside."""


def restrict(readable: Iterable[str], device: str = "") -> int:
    """The version in force: from now on only what lies in `readable` can be opened, and only to be read; `device` also
    to be written to and controlled. 0 where the kernel has no Landlock. For the calling thread, and those it starts."""
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE, None, ctypes.c_size_t(0), _VERSION)
    if version < 1 or not no_new_privileges():
        return 0
    files = next(mask for least, mask in reversed(_FILES.items()) if version >= least)
    attributes = struct.pack("=QQQ", files, _TCP if version >= 4 else 0, _SCOPES if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = libc.syscall(_CREATE, ctypes.c_char_p(attributes), ctypes.c_size_t(size), 0)
    if ruleset < 0:
        return 0
    try:
        for path in readable:
            _allow(libc, ruleset, path, _READ_FILE | _READ_FOLDER)
        if device:
            _allow(libc, ruleset, device, (_READ_FILE | _WRITE_FILE | _CONTROL_DEVICE) & files)
        return int(version) if libc.syscall(_RESTRICT, ruleset, 0) == 0 else 0
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, actions: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rule = struct.pack("=Qi", actions, place)
        if libc.syscall(_ADD, ruleset, _PATH_BENEATH, ctypes.c_char_p(rule), 0) != 0:
            # a single file has no entries to list
            rule = struct.pack("=Qi", _READ_FILE, place)
            libc.syscall(_ADD, ruleset, _PATH_BENEATH, ctypes.c_char_p(rule), 0)
    finally:
        os.close(place)
