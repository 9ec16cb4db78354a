"""The reason of an OSError, in the user's language."""

from __future__ import annotations

import errno

from fanlight.i18n import N_, _

COMMON = {
    errno.ENOENT: N_("No such file or directory"),
    errno.EACCES: N_("Permission denied"),
    errno.EPERM: N_("Operation not permitted"),
    errno.EISDIR: N_("Is a directory"),
    errno.ENOTDIR: N_("Not a directory"),
    errno.EEXIST: N_("File exists"),
    errno.ENAMETOOLONG: N_("File name too long"),
    errno.ENOSPC: N_("No space left on device"),
    errno.EDQUOT: N_("Disk quota exceeded"),
    errno.EROFS: N_("Read-only file system"),
    errno.EIO: N_("Input/output error"),
    errno.EBUSY: N_("Device or resource busy"),
    errno.EMFILE: N_("Too many open files"),
    errno.ESTALE: N_("Stale file handle"),
    errno.ELOOP: N_("Too many levels of symbolic links"),
    errno.ENOTCONN: N_("Transport endpoint is not connected"),
    errno.ENODEV: N_("No such device"),
    errno.ENXIO: N_("No such device or address"),
    errno.EFBIG: N_("File too large"),
    errno.EBADF: N_("Bad file descriptor"),
    errno.EPIPE: N_("Broken pipe"),
    errno.ETIMEDOUT: N_("Connection timed out"),
}
"""What happens to files. By number: the C library's own text follows LANGUAGE and the locale that Qt sets, which need
not be the language of Fanlight's texts."""


DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
NO_READER = (errno.ENXIO, errno.EPIPE)
"""What writing to a pipe ends with that nothing reads from."""


def os_reason(error: OSError) -> str:
    """The reason alone, without the file's name."""
    if error.errno in COMMON:
        return _(COMMON[error.errno])
    return error.strerror or str(error)
