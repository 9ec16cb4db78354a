"""A picture that was drawn on or redacted takes the place of what it was made from: in the question to come, or
wherever it is kept. Once it has, nothing of the other one is on the disk, and the model sees what is kept, unless the
user wants it to see the other one until the conversation leaves the screen."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.attachment_reader import read_attachment
from fanlight.core.chat.conversation import Conversation
from fanlight.core.chat.dragged_files import DraggedFiles
from fanlight.core.chat.history import History
from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.chat.turns import Attachment
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.errors import FanlightError
from fanlight.domain.messages import ImagePart, Picture

if TYPE_CHECKING:
    from fanlight.store.database import Database

MakePicture = Callable[[str, int], Picture]
"""Of a name and the longest side that the model is sent; slow, any thread. Raises PictureError."""


class PictureReplacing(QObject):
    problem = Signal(object)
    replaced = Signal()
    """Nothing is left of a picture that was kept."""

    def __init__(
        self,
        session_manager: SessionManager,
        history: History,
        file_worker: FileWorker,
        dragged_files: DraggedFiles,
        longest_side: Callable[[], int],
        forget_states: Callable[[Collection[int]], object],
        parent: QObject,
    ) -> None:
        """`forget_states`: what the model has read of these conversations is not to be on the disk."""
        super().__init__(parent)
        self._session_manager, self._history, self._file_worker = session_manager, history, file_worker
        self._dragged_files, self._longest_side, self._forget_states = dragged_files, longest_side, forget_states

    def in_question(
        self, conversation: Conversation, old: Attachment, make: MakePicture, make_seen: MakePicture | None = None
    ) -> bool:
        """Instead of `old` among the attachments; False where that is not there any more. What is sent meanwhile goes
        without it. `make_seen`: what the model sees where that is more than what is kept, until the conversation leaves
        the screen; it is as large."""
        attachments = conversation.attachments
        there = [item.key for item in attachments.items if item.attachment and item.attachment.picture is old.picture]
        if not there or attachments.expect_page(key := there[0]) is None:
            return False
        name, side = old.name, self._longest_side()
        detail = old.picture.detail if old.picture is not None else "normal"

        def read() -> Attachment:
            found = read_attachment(make, name, side, detail=detail)
            if make_seen is None or found.image is None:
                return found
            across = max(found.image.width, found.image.height)
            seen = make_seen(name, across).image
            return replace(found, part=ImagePart(seen.in_detail(detail)))

        def on_read(found: Attachment | FanlightError) -> None:
            if isinstance(found, FanlightError):
                attachments.resolve(key, old)
                self.problem.emit(found)
            else:
                attachments.replace(key, found)

        self._file_worker.call(read, on_read)
        return True

    def everywhere(self, old: Attachment, make: MakePicture) -> None:
        """Instead of `old` in all conversations and backups; for good."""
        picture, image, side = old.picture, old.image, self._longest_side()
        if picture is None or image is None:
            return

        def read() -> tuple[str, Attachment]:
            return hashlib.sha256(picture.data).hexdigest(), read_attachment(
                make, old.name, side, detail=picture.detail
            )

        def on_read(found: tuple[str, Attachment] | FanlightError) -> None:
            if isinstance(found, FanlightError):
                self.problem.emit(found)
            else:
                self._replace(found[0], {image.id, picture.image.id}, replace(found[1], name=old.name))

        self._file_worker.call(read, on_read)

    def _replace(self, sha256: str, images: Collection[str], new: Attachment) -> None:
        picture = new.picture
        assert picture is not None

        def work(database: Database) -> list[int]:
            return database.redacting.replace_pictures([sha256], picture)

        def on_replaced(conversations: list[int]) -> None:
            self._session_manager.replace_picture(images, new)
            self._history.submit(work)  # what was asked about it meanwhile
            self._dragged_files.remove_all()
            self._forget_states(conversations)
            self._history.refresh()
            self.replaced.emit()

        self._history.submit(work, on_replaced)
