"""`fanlight export` and `fanlight import`: conversations as files."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import cast

from fanlight import compose, paths
from fanlight.cli.export_pages import write_pages
from fanlight.cli.output import BAD_INPUT, OK, complain, complain_about, counted
from fanlight.cli.output_place import OutputPlace
from fanlight.cli.streams import put
from fanlight.domain.archive import read_archived
from fanlight.domain.errors import ExportError, InputError
from fanlight.domain.path_kinds import absolute_path, home_expanded
from fanlight.domain.stored import ConversationRow
from fanlight.domain.tags import clean_tag, joined_tags, tag_key
from fanlight.exchange.export_pictures import with_pictures
from fanlight.exchange.reading import imported_text, new_ones, read_export
from fanlight.exchange.writers import Format, open_writer
from fanlight.i18n import _, format_number, ngettext
from fanlight.store.database import Database

_ENDINGS = {".json": "json", ".html": "html", ".htm": "html", ".pdf": "pdf"}


def run(options: argparse.Namespace) -> int:
    with opened_database() as database:
        rows = database.conversations()
        if options.list:
            _list(_with_tags(rows, options.tag))
            return OK
        wanted = _wanted(rows, options)
        output = OutputPlace(options.output)
        kind = options.format or _ENDINGS.get((output.path or Path()).suffix.lower(), "md")
        if kind == "md":
            _write(database, wanted, _folder(output), "md", replace=options.replace)
    if kind != "md":
        _check_any(wanted)
        _write_file(wanted, output, kind, replace=options.replace)
    output.say(_written_text(len(wanted), output))
    return OK


def import_files(options: argparse.Namespace) -> int:
    status = OK
    with opened_database() as database:
        for file in options.files:
            try:
                put(_import_one(database, absolute_path(home_expanded(file))))
            except InputError as error:
                complain_about(error)
                status = BAD_INPUT
    return status


@contextmanager
def opened_database() -> Iterator[Database]:
    with closing(Database(paths.home())) as database:
        if database.notice:
            complain(database.notice)
        yield database


def _written_text(count: int, output: OutputPlace) -> str:
    if output.path is None:
        text = ngettext(
            "{count} conversation was written to standard output.",
            "{count} conversations were written to standard output.",
            count,
        )
        return text.format(count=format_number(count))
    text = ngettext("{count} conversation is in {path}.", "{count} conversations are in {path}.", count)
    return text.format(count=format_number(count), path=output.shown)


def _list(rows: Sequence[ConversationRow]) -> None:
    for row in rows:
        day = datetime.fromtimestamp(row.updated).astimezone().strftime("%Y-%m-%d")
        title = " ".join(row.title.split()) or _("Untitled")
        marks = ([_("archived")] if row.archived else []) + ([joined_tags(row.tags)] if row.tags else [])
        put("  ".join([f"{row.id:>6}", day, title, *(f"[{mark}]" for mark in marks)]))


def _with_tags(rows: Sequence[ConversationRow], names: Sequence[str]) -> list[ConversationRow]:
    """Raises InputError for a tag that no conversation has."""
    wanted = {tag_key(clean_tag(name)): name for name in names}
    known = {tag_key(name) for row in rows for name in row.tags}
    for key, name in wanted.items():
        if key not in known:
            raise InputError(
                _("No conversation has the tag “{tag}”.").format(tag=name), _("`fanlight export --list` shows all.")
            )
    return [row for row in rows if wanted.keys() <= {tag_key(name) for name in row.tags}]


def _wanted(rows: Sequence[ConversationRow], options: argparse.Namespace) -> list[ConversationRow]:
    """Raises InputError."""
    if not options.output:
        raise InputError(_("Where to is missing."), _("Name it with -o, for example -o conversations.html."))
    if not options.all and not options.ids and not options.tag:
        raise InputError(
            _("Which conversations is missing."), _("Use --all, or numbers that `fanlight export --list` shows.")
        )
    if options.ids and options.tag:
        raise InputError(_("Numbers and --tag do not go together."), _("Leave out one of them."))
    if options.all or options.tag:
        return _with_tags(rows, options.tag)
    known = {row.id: row for row in rows}
    for number in options.ids:
        if number not in known:
            raise InputError(
                _("There is no conversation {number}.").format(number=number), _("`fanlight export --list` shows all.")
            )
    return [known[number] for number in dict.fromkeys(options.ids)]


def _write(database: Database, rows: Sequence[ConversationRow], place: Path, kind: Format, *, replace: bool) -> None:
    _check_any(rows)
    writer = open_writer(place, kind, replace=replace, picture_side=compose.settings().picture_side)
    try:
        for conversation in counted((read_archived(database, row, database.picture) for row in rows), len(rows)):
            writer.add(conversation)
        writer.finish()
    except BaseException:  # Ctrl+C, too
        writer.give_up()
        raise


def _write_file(rows: Sequence[ConversationRow], output: OutputPlace, kind: str, *, replace: bool) -> None:
    """A device, a pipe and stdout are written to, whatever is there."""
    with output.as_file(paths.home()) as file:
        if kind == "pdf":
            write_pages(rows, file, replace=replace)
            return
        with opened_database() as database:
            _write(database, rows, file, cast("Format", kind), replace=replace)


def _folder(output: OutputPlace) -> Path:
    """For files in it. Raises ExportError."""
    if output.path is None or output.is_stream:
        raise ExportError(
            _("Conversations as Markdown are a folder of files, and {path} is none.").format(path=output.shown),
            _("Add --format html, json, or pdf."),
        )
    return output.path


def _check_any(rows: Sequence[ConversationRow]) -> None:
    """Raises ExportError."""
    if not rows:
        raise ExportError(_("There are no conversations."), _("Nothing was written."))


def _import_one(database: Database, path: Path) -> str:
    """What was done, in a sentence."""
    found = read_export(path)
    known = database.importing.known()
    there, added = {identity for identity, _title in known}, 0
    for conversation in reversed(new_ones(found.conversations, known)):  # the last used one comes first in an export
        whole = with_pictures(conversation)
        if whole.identity == conversation.identity or whole.identity not in there:
            database.importing.add(whole)
            added += 1
    return imported_text(added, len(found.conversations) - added, found.broken, found.program)
