"""A question that is shown before it can be asked: what goes into it is still being read."""

from __future__ import annotations

from typing import Protocol


class PendingQuestions(Protocol):
    """What of a `Conversation` completes a question. `pending` is the one that is open."""

    pending: PendingQuestion | None

    def complete_question(self, text: str, *, text_beside_picture: bool = False) -> None: ...

    def generate_answer(self) -> None: ...

    def set_answer(self, answer: str, text_to_copy: str) -> None: ...

    def fail_answer(self, error: Exception) -> None: ...


class PendingQuestion:
    """Ends with one of its methods; once it has ended, or another question has taken its place, they do nothing."""

    def __init__(self, conversation: PendingQuestions) -> None:
        self._conversation = conversation

    @property
    def is_open(self) -> bool:
        return self._conversation.pending is self

    def ask(self, text: str, *, text_beside_picture: bool = False) -> None:
        """The question is `text`, with the pictures that are attached; the model answers it."""
        if self.is_open:
            self._conversation.complete_question(text, text_beside_picture=text_beside_picture)
            self._conversation.generate_answer()

    def answer_with(self, text: str, answer: str, text_to_copy: str = "") -> None:
        """The answer to `text` is known, in Markdown; `text_to_copy` is the same without."""
        if self.is_open:
            self._conversation.complete_question(text)
            self._conversation.set_answer(answer, text_to_copy)

    def fail(self, error: Exception) -> None:
        """It cannot be asked."""
        if self.is_open:
            self._conversation.complete_question("")
            self._conversation.fail_answer(error)
