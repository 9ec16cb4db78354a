"""Exports are read: Fanlight's own and those of other programs, told apart by what is in them. An entry that cannot be
read costs itself alone."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanlight.domain.archive import ArchivedConversation
from fanlight.domain.errors import InputError
from fanlight.domain.os_errors import os_reason
from fanlight.domain.path_kinds import look_at, shortened
from fanlight.exchange import chatgpt, jan, lm_studio, open_webui, own_json
from fanlight.i18n import N_, _

log = logging.getLogger(__name__)

MOST_BYTES = 2 * 2**30
_HINT = N_("Choose a file that Fanlight, ChatGPT, LM Studio, Open WebUI, or Jan has exported.")


_FOREIGN = (("ChatGPT", chatgpt), ("Open WebUI", open_webui), ("LM Studio", lm_studio), ("Jan", jan))


@dataclass(frozen=True, slots=True)
class ReadExport:
    """`program`: the name of the program whose export it is; `broken`: so many entries could not be read."""

    program: str
    conversations: tuple[ArchivedConversation, ...]
    broken: int = 0


Reader = Callable[[Any], ArchivedConversation]


def read_export(path: Path) -> ReadExport:
    """A file, or Jan's folder of threads. Raises InputError."""
    found = look_at(path)
    if found.is_folder:
        program, entries, reader = "Jan", jan.entries_of(path), jan.read_conversation
        if not entries:
            raise _unknown(path)
        return _read_all(program, entries, reader)
    if not found.is_file:
        raise InputError(found.refusal)
    if found.size > MOST_BYTES:
        raise InputError(_("{path} is too large to be read.").format(path=shortened(str(path))))
    return _read_all(*_recognized(_parsed(path), path))


def new_ones(
    conversations: Iterable[ArchivedConversation], known: Iterable[tuple[float, str]]
) -> list[ArchivedConversation]:
    """Those that are not there yet: of another second, or with another title. Twice in one export is once."""
    seen = {(created, title) for created, title in known}
    kept = []
    for one in conversations:
        if (one.created, one.title) not in seen:
            seen.add((one.created, one.title))
            kept.append(one)
    return kept


def _parsed(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig", "replace"), parse_constant=_no_constant)
    except OSError as error:
        raise InputError(
            _("{path} cannot be read: {reason}.").format(path=shortened(str(path)), reason=os_reason(error))
        ) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise InputError(_("{path} is not a JSON file.").format(path=shortened(str(path))), _(_HINT)) from error


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _recognized(found: Any, path: Path) -> tuple[str, Sequence[Any], Reader]:
    if isinstance(found, dict) and found.get("format") == own_json.FORMAT:
        if found.get("version") != own_json.VERSION:
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


def _read_all(program: str, entries: Sequence[Any], reader: Reader) -> ReadExport:
    read: list[ArchivedConversation] = []
    broken = 0
    for entry in entries:
        try:
            one = reader(entry)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError, OverflowError) as error:
            log.info("an entry of %s cannot be read: %r", program, error)
            broken += 1
            continue
        if one.messages or program == "Fanlight":
            read.append(one)
    return ReadExport(program, tuple(read), broken)
