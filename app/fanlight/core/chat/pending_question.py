"""A question that is shown before it can be asked: what goes into it is still being read."""

from __future__ import annotations

from dataclasses import replace

from fanlight.core.chat.answer_stream import AnswerStream
from fanlight.core.chat.attachments import Attachments
from fanlight.core.chat.turn_list import TurnList
from fanlight.core.chat.turns import Turn, answer_turn, question
from fanlight.domain.messages import Message


class PendingQuestion:
    """The last turns are the question, without its text, and an open answer. It ends with one of the methods; once it
    has ended, or another question has taken its place, they do nothing. `is_open` until then."""

    def __init__(self, turns: TurnList, stream: AnswerStream, attachments: Attachments) -> None:
        self._turns, self._stream, self._attachments = turns, stream, attachments
        self.is_open = True

    def show(self, label: str, shown: bool) -> None:
        """`shown`: the question has an entry in the transcript."""
        self._turns.append(Turn(Message("user"), label=label, shown=shown), answer_turn())

    def close(self) -> bool:
        """Another question takes its place. Whether it was open until now."""
        was_open, self.is_open = self.is_open, False
        return was_open

    def ask(self, text: str, *, text_beside_picture: bool = False) -> None:
        """The question is `text`, with the pictures that are attached; the model answers it."""
        if self.close():
            self._complete(text, text_beside_picture)
            self._stream.generate()

    def answer_with(self, text: str, answer: str, text_to_copy: str = "") -> None:
        """The answer to `text` is known, in Markdown; `text_to_copy` is the same without."""
        if self.close():
            self._complete(text)
            message = Message.of("assistant", answer)
            self._turns.replace_last(replace(self._turns.last, message=message, text_to_copy=text_to_copy))
            self._stream.finish("complete")

    def fail(self, error: Exception) -> None:
        """End it with `error`: it cannot be asked."""
        if self.close():
            self._complete("")
            self._stream.finish("failed", error)

    def stop(self) -> None:
        if self.close():
            self._complete("")
            self._stream.finish("stopped")

    def _complete(self, text: str, text_beside_picture: bool = False) -> None:
        shown, asked = self._turns.all[-2], question(text, self._attachments.detach_read())
        self._turns.all[-2] = replace(
            shown, message=asked.message, attachments=asked.attachments, text_beside_picture=text_beside_picture
        )
        self._turns.replace_last(self._turns.last)  # now it is known which pictures the answer is about
