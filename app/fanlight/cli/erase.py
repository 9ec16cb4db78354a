"""`fanlight erase`: everything that was said, asked, and answered leaves this computer."""

from __future__ import annotations

import argparse
import shutil
import sys

from fanlight import paths
from fanlight.cli.export import opened_database
from fanlight.cli.output import FAILED, OK
from fanlight.cli.streams import put
from fanlight.domain.errors import InputError, StoreError
from fanlight.domain.os_errors import os_reason
from fanlight.i18n import _, format_number, ngettext


def run(options: argparse.Namespace) -> int:
    with opened_database() as database:
        count = len(database.conversations())
        if not options.yes and not _confirmed(count):
            put(_("Nothing was deleted."))
            return FAILED
        database.erasing.everything()
    _remove_the_rest()
    text = ngettext(
        "{count} conversation and all that belonged to it is deleted.",
        "{count} conversations and all that belonged to them are deleted.",
        count,
    )
    put(text.format(count=format_number(count)))
    return OK


def _confirmed(count: int) -> bool:
    """Raises InputError where nobody could answer."""
    if not sys.stdin.isatty():
        raise InputError(
            _("Fanlight asks before it deletes everything, and there is no terminal to answer in."),
            _("Say yes beforehand: {command}").format(command="fanlight erase --yes"),
        )
    text = ngettext(
        "Delete {count} conversation with its pictures, the trash, notes, drafts, transcripts, and the backups of the "
        "last days? Nothing of it can be restored. [y/N]",
        "Delete {count} conversations with their pictures, the trash, notes, drafts, transcripts, and the backups of "
        "the last days? Nothing of it can be restored. [y/N]",
        count,
    )
    put(text.format(count=format_number(count)), end=" ")
    sys.stdout.flush()
    # Translators: the letters that mean yes, one after the other.
    return sys.stdin.readline().strip().casefold()[:1] in {*_("y"), "y"}


def _remove_the_rest() -> None:
    """What is in no database: drafts, notes, transcripts and answers in the cache. Raises StoreError."""
    from fanlight.core.chat.dragged_files import DraggedFiles
    from fanlight.core.dictation.dictation_history import FILE_NAME as DICTATIONS
    from fanlight.core.lasting_notes import remove_notes
    from fanlight.core.window_state import WindowState
    from fanlight.store.picture_tables import remove_picture_index

    home = paths.home()
    WindowState(home / "window.json").keep(draft="", conversation=0, conversations_with_notes="")
    for folder in paths.kept_words():
        shutil.rmtree(folder, ignore_errors=True)
    DraggedFiles(home).remove_all()
    remove_picture_index(home)
    try:
        (home / DICTATIONS).unlink(missing_ok=True)
        remove_notes(home)
    except OSError as error:
        raise StoreError(
            _("Not everything could be deleted: {reason}.").format(reason=os_reason(error)), _("Try it again.")
        ) from error
