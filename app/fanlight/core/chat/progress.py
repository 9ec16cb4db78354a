"""The progress of an answer before its first word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fanlight.core.chat.entry import TranscriptEntry
from fanlight.domain.events import ImageReady, PromptProgress, SoundReady
from fanlight.i18n import _, format_percent, ngettext


@dataclass(frozen=True, slots=True)
class AnswerProgress:
    """`pictures` are still to be encoded; `done` of `total` prompt tokens are read."""

    pictures: int = 0
    done: int = 0
    total: int = 0

    @classmethod
    def of(cls, entries: Sequence[TranscriptEntry]) -> AnswerProgress:
        """For an answer to the last question."""
        question = next((entry for entry in reversed(entries) if entry.role == "user"), None)
        return cls(len(question.thumbnails) if question is not None else 0)

    def after(self, event: ImageReady | SoundReady | PromptProgress) -> AnswerProgress:
        if not isinstance(event, PromptProgress):
            return replace(self, pictures=max(0, self.pictures - 1))
        return replace(self, done=event.done, total=event.total)

    def status(self) -> tuple[str, float]:
        """In words, and how much of 1 is done; -1 where that is not known."""
        done = self.done / self.total if self.total else -1.0
        if self.pictures:
            text = ngettext("Reading the picture…", "Reading {count} pictures…", self.pictures)
            return text.format(count=self.pictures), done
        if done >= 1:
            return _("Thinking…"), -1.0
        if done < 0:
            return _("Reading the question…"), done
        return _("Reading the question… {percent}").format(percent=format_percent(int(100 * done) / 100)), done
