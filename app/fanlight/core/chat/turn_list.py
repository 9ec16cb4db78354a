"""The turns of a conversation, and what changes in what is shown of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.entry import TranscriptEntry
from fanlight.core.chat.turns import Turn
from fanlight.domain.notes import with_notes
from fanlight.settings import Settings


class TurnList(QObject):
    """`all` is every turn, in order, under a `title`. Turns that are not `shown` have no entry."""

    turn_appended = Signal(TranscriptEntry)
    turn_replaced = Signal(TranscriptEntry)
    """The last entry is this one now."""
    turns_truncated = Signal(int)
    """How many entries are left."""
    captions_changed = Signal()
    """Of entries that were there before."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.all: list[Turn] = []
        self.title = ""
        self.notes: Callable[[], str] | None = None
        """What is put before them, where the user wants that."""

    def system(self, settings: Settings) -> str:
        """What the model is told first."""
        return with_notes(settings.system_prompt, self.notes()) if self.notes is not None else settings.system_prompt

    @property
    def last(self) -> Turn:
        return self.all[-1]

    @property
    def last_question_index(self) -> int:
        """The number of turns where there is none."""
        questions = (i for i in reversed(range(len(self.all))) if self.all[i].message.role == "user")
        return next(questions, len(self.all))

    @property
    def last_question(self) -> Turn | None:
        at = self.last_question_index
        return self.all[at] if at < len(self.all) else None

    @property
    def last_answer(self) -> str:
        """As it is copied."""
        last = next((turn for turn in reversed(self.all) if turn.message.role == "assistant"), None)
        return (last.text_to_copy or last.message.text) if last is not None else ""

    def entries(self) -> tuple[TranscriptEntry, ...]:
        return tuple(turn.entry() for turn in self.all if turn.shown)

    def append(self, turn: Turn) -> None:
        self.all.append(turn)
        if turn.shown:
            self.turn_appended.emit(turn.entry())

    def update_last(self, **fields: object) -> Turn:
        """Without a signal: what is shown of it is reported otherwise."""
        self.all[-1] = last = replace(self.all[-1], **fields)  # type: ignore[arg-type]
        return last

    def replace_last(self, turn: Turn) -> None:
        self.all[-1] = turn
        self.turn_replaced.emit(turn.entry())

    def set(self, turns: Iterable[Turn]) -> None:
        """Without a signal: they are shown anew."""
        self.all = list(turns)

    def swap(self, old: Sequence[Turn], new: Sequence[Turn]) -> None:
        """Hold the equal `new` ones instead of the `old` ones, where these are still there; without a signal."""
        by_key = {before.key: (before, after) for before, after in zip(old, new, strict=True)}
        for i, turn in enumerate(self.all):
            before, after = by_key.get(turn.key, (None, turn))
            if before is turn:
                self.all[i] = after

    def truncate(self, count: int) -> None:
        """Keep the first `count`."""
        del self.all[count:]
        self.turns_truncated.emit(sum(turn.shown for turn in self.all))

    def set_tokens(self, image_id: str, tokens: int) -> None:
        """Set how many tokens the picture `image_id` takes, wherever it is shown."""
        counted = [turn.counted(image_id, tokens) for turn in self.all]
        if any(new is not old for new, old in zip(counted, self.all, strict=True)):
            self.all = counted
            self.captions_changed.emit()
