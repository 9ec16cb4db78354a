"""What the transcript shows of one message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fanlight.core.chat.answer_footer import footer_text
from fanlight.domain.messages import Image
from fanlight.domain.picture_regions import RegionFrame
from fanlight.i18n import _

State = Literal["complete", "open", "stopped", "failed", "queued"]


@dataclass(frozen=True, slots=True)
class AnswerFinished:
    """The open entry is final. `footer`: as in `TranscriptEntry`."""

    footer: str
    state: State
    error: str = ""


@dataclass(frozen=True, slots=True)
class PicturedAnswer:
    """What an answer can name places in: the pictures of its question, small, and what numbers in each of them count
    in. The frames' model is the one that is open; that of a finished answer is in its footer."""

    thumbnails: tuple[Image, ...]
    frames: tuple[RegionFrame, ...]


@dataclass(frozen=True, slots=True)
class TranscriptEntry:
    """One message as shown. `captions` are shown under the thumbnails: what the model was sent ("1024 × 768, 36
    tokens"); `footer` is as `AnswerTimings.stored` writes it: only what is in view is worded; `notice` is information
    that is no error; `error` is `FanlightError.text`."""

    role: Literal["user", "assistant"]
    text: str
    thinking: str = ""
    thumbnails: tuple[Image, ...] = ()
    captions: tuple[str, ...] = ()
    footer: str = ""
    notice: str = ""
    state: State = "complete"
    error: str = ""
    cites_pages: bool = False
    """Of a document that is in the conversation."""
    pictured: PicturedAnswer | None = None
    """Of an answer about pictures."""
    cites_times: bool = False
    """Of a clip that is in the conversation."""
    version: int = 1
    """Of so many `versions`: other questions, or answers, that stand in its place in other branches."""
    versions: int = 1

    @property
    def footer_line(self) -> str:
        """The footer in words."""
        return footer_text(self.footer)

    @property
    def speaker(self) -> str:
        return _("You") if self.role == "user" else "Fanlight"

    @property
    def waiting(self) -> bool:
        """Nothing of the answer is there yet."""
        return self.state == "open" and not self.text and not self.thinking


NOT_READ = TranscriptEntry("assistant", "")
"""Stands for each message of a long conversation that is not read yet."""
