"""Where a command writes its result: a file that a person names, a device, a pipe, or stdout."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from fanlight.cli.streams import put, put_error
from fanlight.domain.errors import ExportError, InputError
from fanlight.domain.os_errors import os_reason
from fanlight.domain.path_kinds import PathKind, absolute_path, home_expanded, look_at, same_file, shortened
from fanlight.files import copy_to_stream, open_descriptor, open_stream, write_output
from fanlight.i18n import N_, _
from fanlight.store.backup_leftovers import own_draft

STANDARD_STREAM = "-"
"""Stands for stdout, and for stdin as an input."""
_STDOUT = Path("/dev/stdout")
_OTHER_FOLDER = N_("Choose another folder.")


class OutputPlace:
    """`path` is None for stdout."""

    def __init__(self, named: str) -> None:
        self.path = None if named == STANDARD_STREAM else absolute_path(home_expanded(named))
        self._names_folder = named.endswith(("/", os.sep))

    @property
    def is_file(self) -> bool:
        """Whether it is a file, or will be one: nothing else can be begun anew, or has a folder for other files."""
        if self.path is None or open_descriptor(self.path) is not None:
            return False
        return look_at(self.path).kind in (PathKind.FILE, PathKind.MISSING)

    @property
    def is_stream(self) -> bool:
        """Whether what is written there goes on to somewhere else."""
        if self.path is None or open_descriptor(self.path) is not None:
            return True
        return look_at(self.path).kind in (PathKind.PIPE, PathKind.DEVICE, PathKind.SOCKET)

    @property
    def shown(self) -> str:
        return STANDARD_STREAM if self.path is None else shortened(str(self.path))

    def check(self, sources: Iterable[Path] = ()) -> None:
        """Tried out before any work; nothing is left behind. Raises InputError."""
        if self.path is None or open_descriptor(self.path) is not None:
            return
        found = look_at(self.path)
        if found.is_folder or self._names_folder:
            raise InputError(_("{path} is a folder.").format(path=self.shown), _("Name a file in it."))
        if found.kind in (PathKind.SOCKET, PathKind.UNREACHABLE):
            raise InputError(found.refusal, _("Name another output file."))
        if found.is_file and any(same_file(self.path, source) for source in sources):
            raise InputError(_("The output would replace the input."), _("Name another output file."))
        if not found.is_missing and not os.access(self.path, os.W_OK):
            raise InputError(
                _("You do not have permission to write to {path}.").format(path=self.shown),
                _("Name another output file."),
            )
        if found.is_missing:
            _check_folder(Path(os.path.realpath(self.path)).parent)

    @property
    def file(self) -> Path:
        """The one that is meant, where it is no stream: a link's target."""
        assert self.path is not None
        return Path(os.path.realpath(self.path))

    @contextmanager
    def as_file(self, drafts: Path) -> Iterator[Path]:
        """A file to write what is no text to: the one that is meant; for a stream one whose content goes there at the
        end, in the folder `drafts`, which is as private as what is written. Raises ExportError, BrokenPipeError."""
        if not self.is_stream:
            yield self.file
            return
        with tempfile.TemporaryDirectory(prefix=own_draft(), dir=drafts) as folder:
            file = Path(folder) / "conversations"
            yield file
            with self._telling():
                copy_to_stream(file, self.path or _STDOUT)

    @contextmanager
    def as_stream(self) -> Iterator[IO[bytes]]:
        """The stream, where it is one. Raises ExportError, BrokenPipeError."""
        with self._telling(), open_stream(self.path or _STDOUT) as stream:
            yield stream

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            raise
        except OSError as error:
            raise ExportError(
                _("{path} cannot be written: {reason}.").format(path=self.shown, reason=os_reason(error)),
                _("Name another output file."),
            ) from error

    def say(self, text: str) -> None:
        """That it is written, which is no part of it."""
        if self.is_stream:
            put_error(f"{text}\n")
        else:
            put(text)

    def write(self, text: str) -> None:
        """Raises OSError; OutputError or BrokenPipeError for stdout."""
        if self.path is None:
            put(text, end="")
        else:
            write_output(self.path, text.encode("utf-8", "backslashreplace"))


def _check_folder(folder: Path) -> None:
    if not (found := look_at(folder)).is_folder:
        missing = _("The folder {folder} does not exist.").format(folder=shortened(str(folder)))
        raise InputError(
            found.refusal if found.kind is PathKind.UNREACHABLE else missing, _("Create the folder first.")
        )
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise InputError(
            _("{folder} is not writable: {reason}.").format(folder=shortened(str(folder)), reason=os_reason(error)),
            _(_OTHER_FOLDER),
        ) from error
