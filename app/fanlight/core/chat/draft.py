"""The question to come: what is typed, what is attached, and what an edit of the last question has set aside."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Sequence

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.attachments import Attachments
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.turns import Attachment, Turn
from fanlight.domain.slots import Slot
from fanlight.domain.stored import HEARD


class Draft(QObject):
    """`text` is what is typed; `attachments` holds the pictures; while `editing`, both are a question's that was asked:
    `follows` is the key of the turn before it, 0 for none."""

    text_replaced = Signal(str)
    """Something other than typing has put this text in the place of what was typed."""

    def __init__(self, host: ModelHost, parent: QObject, slot: Callable[[], Slot]) -> None:
        super().__init__(parent)
        self.text = ""
        self.attachments = Attachments(host, self, slot)
        self.editing = False
        self.follows = 0
        self.heard = False
        """Something of it was spoken, or is from a recording."""
        self._text_aside = ""
        self._attachments_aside: tuple[Attachment, ...] = ()

    def replace(self, text: str, attachments: Sequence[Attachment] = ()) -> None:
        self.text = text
        self.attachments.set(attachments)
        self.text_replaced.emit(text)

    def put_back(self, questions: Sequence[Turn]) -> None:
        """Questions that were not asked, before what is here."""
        self.attachments.put_back([one for turn in questions for one in turn.attachments])
        self.text = "\n\n".join(filter(None, [*(turn.shown_text for turn in questions), self.text]))
        self.text_replaced.emit(self.text)

    def replace_picture(self, old: Collection[str], new: Attachment) -> None:
        """Wherever one of these ids is attached."""
        for item in self.attachments.items:
            if item.attachment is not None and item.attachment.image is not None and item.attachment.image.id in old:
                self.attachments.replace(item.key, dataclasses.replace(new, name=item.name))
        self._attachments_aside = tuple(
            new if one.image is not None and one.image.id in old else one for one in self._attachments_aside
        )

    def begin_edit(self, asked: Turn) -> None:
        """`asked` instead of what is here, which comes back when the edit ends."""
        if not self.editing:
            self.editing = True
            self._text_aside, self._attachments_aside = self.text, self.attachments.read
        self.follows, self.heard = asked.parent, asked.footer == HEARD
        self.replace(asked.shown_text, asked.attachments)

    def end_edit(self) -> None:
        """Bring back what was set aside; without an edit, nothing is left."""
        self.editing = self.heard = False
        text, self._text_aside = self._text_aside, ""
        attachments, self._attachments_aside = self._attachments_aside, ()
        self.replace(text, attachments)
