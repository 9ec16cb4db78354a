"""Writing conversations one after another, under another name until all are written: nothing is ever half there, and
nothing that was there is replaced unless that was asked for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Literal, Protocol

from fanlight.domain.archive import ArchivedConversation
from fanlight.domain.errors import DiskFull, ExportError
from fanlight.domain.os_errors import DISK_FULL, os_reason
from fanlight.domain.path_kinds import PathKind, look_at, shortened
from fanlight.exchange import own_json
from fanlight.exchange.markdown_text import conversation_markdown, file_name, picture_file
from fanlight.exchange.web_page import PAGE_TAIL, USUAL_SIDE, conversation_html, page_head
from fanlight.files import draft_of, remove_drafts, sync_folder
from fanlight.i18n import _

Format = Literal["md", "html", "json"]


class ConversationWriter(Protocol):
    """Methods raise ExportError or DiskFull; then nothing is left of what was written."""

    def add(self, conversation: ArchivedConversation) -> None: ...

    def finish(self) -> Path:
        """Put it in its place, which is returned."""
        ...

    def give_up(self) -> None:
        """Remove what was written. Never raises."""
        ...


def open_writer(
    place: Path, kind: Format, *, replace: bool = False, picture_side: int = USUAL_SIDE
) -> ConversationWriter:
    """`place` is a file; for Markdown a folder, which is never replaced. `picture_side`: as `conversation_html` needs
    it. Raises ExportError, DiskFull."""
    found = look_at(place)
    if found.kind is PathKind.UNREACHABLE:
        raise ExportError(found.refusal)
    if not found.is_missing and (found.is_folder or kind == "md" or not replace):
        raise ExportError(_("{path} exists already.").format(path=shortened(str(place))))
    if kind == "md":
        return _FolderWriter(place)
    return _PageWriter(place, picture_side) if kind == "html" else _JsonWriter(place)


class _DraftWriter:
    """What is written stands beside its place until it is whole."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._draft = draft_of(place)
        remove_drafts(place)

    def give_up(self) -> None:
        raise NotImplementedError

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.give_up()
            raise _sentence(error, self._place) from error


class _FileWriter(_DraftWriter):
    """Text."""

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        with self._guarded():
            self._file: IO[str] = self._draft.open("w", encoding="utf-8", errors="backslashreplace", newline="\n")

    def finish(self) -> Path:
        with self._guarded():
            self._file.write(self._tail())
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._draft.replace(self._place)
            sync_folder(self._place.parent)
        return self._place

    def give_up(self) -> None:
        with suppress(OSError, AttributeError):  # it may not be open
            self._file.close()
        with suppress(OSError):
            self._draft.unlink(missing_ok=True)

    def _write(self, text: str) -> None:
        with self._guarded():
            self._file.write(text)

    def _tail(self) -> str:
        raise NotImplementedError


class _JsonWriter(_FileWriter):
    def __init__(self, place: Path) -> None:
        super().__init__(place)
        self._separator = "\n"
        self._write(own_json.HEAD)

    def add(self, conversation: ArchivedConversation) -> None:
        self._write(self._separator + own_json.conversation_text(conversation))
        self._separator = ",\n"

    def _tail(self) -> str:
        return own_json.TAIL


class _PageWriter(_FileWriter):
    def __init__(self, place: Path, picture_side: int) -> None:
        super().__init__(place)
        self._picture_side = picture_side
        self._write(page_head(place.stem))

    def add(self, conversation: ArchivedConversation) -> None:
        self._write(conversation_html(conversation, self._picture_side))

    def _tail(self) -> str:
        return PAGE_TAIL


class _FolderWriter(_DraftWriter):
    """A Markdown file for each conversation, and a folder `pictures`."""

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        self._names = set[str]()
        with self._guarded():
            self._draft.mkdir()

    def add(self, conversation: ArchivedConversation) -> None:
        with self._guarded():
            places = {picture.sha256: self._keep(picture_file(picture), conversation.pictures[picture.sha256])
                      for message in conversation.shown_messages for picture in message.pictures
                      if picture.sha256 in conversation.pictures}  # fmt: skip
            text = conversation_markdown(conversation, lambda picture: places.get(picture.sha256, ""))
            path = self._draft / self._free_name(file_name(conversation.title))
            path.write_text(text, "utf-8", "backslashreplace", newline="\n")

    def finish(self) -> Path:
        with self._guarded():
            self._draft.rename(self._place)
            sync_folder(self._place.parent)
        return self._place

    def give_up(self) -> None:
        shutil.rmtree(self._draft, ignore_errors=True)

    def _keep(self, name: str, data: bytes) -> str:
        folder = self._draft / "pictures"
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
        return f"pictures/{name}"

    def _free_name(self, name: str) -> str:
        """Told apart on file systems that do not tell case apart, too."""
        wanted, number = name, 1
        while wanted.casefold() in self._names:
            number += 1
            wanted = f"{name} ({number})"
        self._names.add(wanted.casefold())
        return f"{wanted}.md"


def _sentence(error: OSError, place: Path) -> ExportError | DiskFull:
    if error.errno in DISK_FULL:
        return DiskFull(_("The disk is full: the conversations were not exported."))
    folder = shortened(str(place.parent))
    if not look_at(place.parent).is_folder:
        return ExportError(_("The folder {folder} does not exist.").format(folder=folder))
    return ExportError(_("{folder} is not writable: {reason}.").format(folder=folder, reason=os_reason(error)))
