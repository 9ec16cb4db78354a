"""`fanlight backup` and `fanlight restore`: everything of the user's as one file."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from fanlight import paths
from fanlight.cli.export import opened_database
from fanlight.cli.output import OK
from fanlight.cli.output_place import OutputPlace
from fanlight.cli.streams import put
from fanlight.domain.errors import InputError
from fanlight.domain.os_errors import os_reason
from fanlight.domain.path_kinds import absolute_path, home_expanded, look_at, shortened
from fanlight.i18n import _, format_number, ngettext
from fanlight.store.archive_file import is_encrypted
from fanlight.store.whole_backup import check_place, new_copy, stream_backup, unpacked, write_backup


def run(options: argparse.Namespace) -> int:
    output = OutputPlace(options.place)
    if output.path is not None and not output.is_stream:
        check_place(output.path, replace=options.replace)
    passphrase = _new_passphrase(options.passphrase_file) if options.encrypt or options.passphrase_file else ""
    copy = new_copy(paths.home())
    with opened_database() as database:
        database.copy_to(copy)
    if output.is_stream:
        with output.as_stream() as stream:
            stream_backup(paths.home(), copy, stream, passphrase)
    else:
        write_backup(paths.home(), copy, output.file, passphrase)
    to_stdout = _("Everything was written to standard output.")
    output.say(to_stdout if output.path is None else _("Everything is in {path}.").format(path=output.shown))
    return OK


def restore(options: argparse.Namespace) -> int:
    path = absolute_path(home_expanded(options.file))
    passphrase = _passphrase_for(path, options.passphrase_file)
    with opened_database() as database, unpacked(path, paths.home(), passphrase) as backup:
        count = database.importing.add_backup(backup)
        others = backup.add_others(paths.home())
    put(restored_text(count))
    if others:
        put(_("Added, since there were none: {files}.").format(files=", ".join(others)))
    return OK


def restored_text(count: int) -> str:
    return ngettext(
        "{count} conversation was restored; what was there is unchanged.",
        "{count} conversations were restored; what was there is unchanged.",
        count,
    ).format(count=format_number(count))


def _new_passphrase(file: str | None) -> str:
    """Raises InputError."""
    if file:
        return _read_passphrase(file)
    first = _asked(_("Passphrase for the backup: "))
    if not first:
        raise InputError(_("The passphrase is empty."), _("Without --encrypt the backup needs none."))
    if _asked(_("Once more: ")) != first:
        raise InputError(_("The passphrases differ."), _("Nothing was written. Run the command again."))
    return first


def _passphrase_for(path: Path, file: str | None) -> str:
    try:
        needed = look_at(path).is_file and is_encrypted(path)
    except OSError:
        return ""  # whoever opens it says why not
    if not needed:
        return ""
    return _read_passphrase(file) if file else _asked(_("Passphrase of the backup: "))


def _asked(prompt: str) -> str:
    """Raises InputError where nobody can be asked."""
    if not sys.stdin or not sys.stdin.isatty():
        raise InputError(
            _("There is no terminal to ask for the passphrase."), _("Name a file with it: --passphrase-file FILE.")
        )
    return getpass.getpass(prompt)


def _read_passphrase(file: str) -> str:
    """The first line; - is stdin. Raises InputError."""
    try:
        if file == "-":
            line = sys.stdin.readline()
        else:
            found = look_at(path := absolute_path(home_expanded(file)))
            if not found.is_file:
                raise InputError(found.refusal)
            line = path.read_text("utf-8").partition("\n")[0]
    except UnicodeDecodeError as error:
        raise InputError(_("{path} is not text.").format(path=shortened(file))) from error
    except OSError as error:
        raise InputError(
            _("{path} cannot be read: {reason}.").format(path=shortened(file), reason=os_reason(error))
        ) from error
    if not line.strip():
        raise InputError(_("{path} holds no passphrase.").format(path=shortened(file)))
    return line.rstrip("\r\n")
