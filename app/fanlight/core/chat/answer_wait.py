"""What a question on the screen waits for while the model does something else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fanlight.core.chat.model_jobs import AnswerJob
from fanlight.domain.slots import Slot
from fanlight.i18n import _

if TYPE_CHECKING:
    from fanlight.core.chat.conversation import Conversation


@dataclass(frozen=True, slots=True)
class AnswerWait:
    """Another answer is generated first: by `job`, in `conversation` where that is one of the window's. Without a job
    the model is being loaded."""

    job: AnswerJob | None = None
    conversation: Conversation | None = None

    @property
    def text(self) -> str:
        if self.job is None:
            return _("Loading the model…")
        if self.conversation is not None and self.conversation.title:
            return _("Waiting for the answer in “{title}”…").format(title=self.conversation.title)
        match self.job.slot:
            case Slot.PANEL:
                return _("Waiting for the answer about the captured screen…")
            case Slot.COMMAND:
                return _("Waiting for the answer to a command…")
        return _("Waiting for another answer…")

    @property
    def can_stop(self) -> bool:
        return self.job is not None

    @property
    def can_show(self) -> bool:
        return self.conversation is not None

    def stop(self) -> None:
        """End the other answer; its text so far is kept, and the question is answered next."""
        if self.conversation is not None:
            self.conversation.stop()
        elif self.job is not None:
            self.job.stop()
