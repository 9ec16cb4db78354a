"""Exports are read: Fanlight's own and those of other programs, told apart by what is in them. An entry that cannot be
read costs itself alone."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanlight.domain.archive import ArchivedConversation, Identity
from fanlight.domain.errors import InputError
from fanlight.domain.path_kinds import look_at, shortened
from fanlight.exchange import chatgpt, jan, lm_studio, open_webui, own_json
from fanlight.exchange.export_files import contents_of
from fanlight.exchange.export_pictures import ExportFiles
from fanlight.i18n import N_, _, format_number, ngettext

log = logging.getLogger(__name__)

_HINT = N_("Choose a file that Fanlight, ChatGPT, LM Studio, Open WebUI, or Jan has exported.")


_FOREIGN = (("ChatGPT", chatgpt), ("Open WebUI", open_webui), ("LM Studio", lm_studio), ("Jan", jan))


@dataclass(frozen=True, slots=True)
class ReadExport:
    """`program`: the name of the program whose export it is; `broken`: so many entries could not be read."""

    program: str
    conversations: tuple[ArchivedConversation, ...]
    broken: int = 0


Reader = Callable[[Any, ExportFiles], ArchivedConversation]


def read_export(path: Path) -> ReadExport:
    """A file, a folder, or a ZIP as it was downloaded. Raises InputError. Pictures of other programs are still to be
    read (`with_pictures`)."""
    files = ExportFiles(path)
    if look_at(path).is_folder and (threads := jan.entries_of(path)):
        return _read_all("Jan", threads, jan.read_conversation, files)
    read: list[ReadExport] = []
    failure = _unknown(path)
    unreadable = 0
    for content in contents_of(path):
        try:
            program, entries, reader = _recognized(_parsed(content.data, path), path)
            if program == "LM Studio":
                folders = {lm_studio.FOLDERS: list(content.folders)}
                entries = [one | folders if isinstance(one, dict) else one for one in entries]
            read.append(_read_all(program, entries, reader, files))
        except InputError as error:
            failure = error
            unreadable += 1
    if not read:
        raise failure
    conversations = tuple(one for part in read for one in part.conversations)
    return ReadExport(read[0].program, conversations, unreadable + sum(part.broken for part in read))


def new_ones(
    conversations: Iterable[ArchivedConversation], known: Iterable[tuple[Identity, str]]
) -> list[ArchivedConversation]:
    """Those that are not there yet; `known` are those that are, with their titles. One that is called otherwise now is
    there, too. Twice in one export is once."""
    wanted = {(one.identity, one.title): one for one in reversed(list(conversations))}
    called_otherwise = Counter(identity for identity, title in known if wanted.pop((identity, title), None) is None)
    kept = []
    for (identity, _title), one in reversed(wanted.items()):
        if called_otherwise[identity]:
            called_otherwise[identity] -= 1
        else:
            kept.append(one)
    return kept


def imported_text(new: int, there: int, broken: int, program: str) -> str:
    """What became of an export, in sentences."""
    said = [
        ngettext(
            "{count} conversation of {program} was imported.", "{count} conversations of {program} were imported.", new
        ).format(count=format_number(new), program=program)
    ]
    if there:
        said.append(
            ngettext("{count} was there already.", "{count} were there already.", there).format(
                count=format_number(there)
            )
        )
    if broken:
        said.append(
            ngettext("{count} entry could not be read.", "{count} entries could not be read.", broken).format(
                count=format_number(broken)
            )
        )
    return " ".join(said)


def _parsed(content: bytes, path: Path) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig", "replace"), parse_constant=_no_constant)
    except (ValueError, RecursionError, MemoryError) as error:
        raise InputError(_("{path} is not a JSON file.").format(path=shortened(str(path))), _(_HINT)) from error


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _recognized(found: Any, path: Path) -> tuple[str, Sequence[Any], Reader]:
    if isinstance(found, dict) and found.get("format") == own_json.FORMAT:
        if found.get("version") not in range(1, own_json.VERSION + 1):
            raise InputError(_("This file is from a newer Fanlight."), _("Update Fanlight."))
        return "Fanlight", _list(found.get("conversations")), own_json.read_conversation
    entries = found if isinstance(found, list) else [found]
    known = [(sum(isinstance(one, dict) and module.recognizes(one) for one in entries), name, module)
             for name, module in _FOREIGN]  # fmt: skip
    count, program, module = max(known, key=lambda one: one[0])
    if count:
        return program, entries, module.read_conversation
    raise _unknown(path)


def _list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []


def _unknown(path: Path) -> InputError:
    return InputError(
        _("{path} holds no conversations that Fanlight can read.").format(path=shortened(str(path))), _(_HINT)
    )


def _read_all(program: str, entries: Sequence[Any], reader: Reader, files: ExportFiles) -> ReadExport:
    read: list[ArchivedConversation] = []
    broken = 0
    for entry in entries:
        try:
            one = reader(entry, files)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError, OverflowError) as error:
            log.info("an entry of %s cannot be read: %r", program, error)
            broken += 1
            continue
        if one.messages or program == "Fanlight":
            read.append(one)
    return ReadExport(program, tuple(read), broken)
