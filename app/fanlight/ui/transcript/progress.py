"""What an answer does before its first word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fanlight.core.chat.entry import TranscriptEntry
from fanlight.domain.events import ImageReady, PromptProgress


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

    def after(self, event: ImageReady | PromptProgress) -> AnswerProgress:
        if isinstance(event, ImageReady):
            return replace(self, pictures=max(0, self.pictures - 1))
        return replace(self, done=event.done, total=event.total)

    def said(self) -> tuple[str, float]:
        """In words, and how much of 1 is done; -1 where that is not known."""
        done = self.done / self.total if self.total else -1.0
        if self.pictures:
            return ("Reading the picture…" if self.pictures == 1 else f"Reading {self.pictures} pictures…"), done
        if done >= 1:
            return "Thinking…", -1.0
        return (f"Reading the question… {int(100 * done)} %" if done >= 0 else "Reading the question…"), done
