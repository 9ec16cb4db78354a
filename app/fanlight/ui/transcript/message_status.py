"""What a message is in its conversation, and what its answer does meanwhile."""

from __future__ import annotations

from typing import NamedTuple

from fanlight.core.chat.entry import TranscriptEntry
from fanlight.i18n import _


class MessageStatus(NamedTuple):
    """Whether it is the last question or answer; `doing` is what its answer does, in words, and `done` the progress, 0
    to 1 (-1: unknown). `can_show`, `can_stop`: the other answer that it waits for. `timings`: where the time went is
    shown. `may_switch`: to another branch. `may_edit`, `may_ask_again`: a question, and an answer,
    that is not the last one, too."""

    last_question: bool = False
    last_answer: bool = False
    doing: str = ""
    done: float = -1.0
    can_show: bool = False
    can_stop: bool = False
    timings: bool = True
    may_switch: bool = False
    may_edit: bool = False
    may_ask_again: bool = False

    def words(self, entry: TranscriptEntry) -> str:
        """Of an entry that is not complete; "" for one that is."""
        match entry.state:
            case "open" if entry.waiting:
                return self.doing or _("Waiting…")
            case "stopped":
                return _("Stopped.")
            case "queued":
                return _("Waiting for the answer above.")
            case _:
                return ""
