"""The conversation of a quick panel: questions about one capture, in memory alone. Nothing here knows the store, so
nothing of it can reach a disk; `Desk.adopt` makes an ordinary conversation of it when the user asks for that."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.answer import Answer
from fanlight.core.chat.answer_stream import AnswerStream
from fanlight.core.chat.entry import TranscriptEntry
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.model_jobs import TokenCountJob
from fanlight.core.chat.prefetch import Prefetch
from fanlight.core.chat.turns import Attachment, Turn, prompt, question, title_of
from fanlight.core.settings_store import SettingsStore
from fanlight.domain.errors import error_text
from fanlight.domain.events import ImageReady, TokensCounted
from fanlight.domain.messages import Message
from fanlight.domain.slots import Slot
from fanlight.domain.stored import State

Condition = Literal["idle", "waiting", "answering"]


class PanelTalk(QObject):
    """`begin` shows a question, `put` completes it and lets the model work: what is put beside the picture may come
    later than the key that asked. A question may also be told its answer, which asks no model."""

    appended = Signal(object)
    replaced = Signal(object)
    truncated = Signal(int)
    heard = Signal(object)
    finished = Signal(str, str, str)
    """Footer, state and error of the last entry."""
    changed = Signal()
    """The condition, or what is shown of a question."""
    picture_said = Signal(object)
    problem = Signal(object)

    def __init__(self, host: ModelHost, settings_store: SettingsStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._host, self._settings_store = host, settings_store
        self.attachment: Attachment | None = None
        self._turns: list[Turn] = []
        self._labels: dict[int, str] = {}
        self._plain: dict[int, str] = {}
        self._unshown = 0
        self._begun = 0
        self._waits = False
        self._prefetch = Prefetch(host, self, Slot.PANEL)
        self._prefetch.said.connect(self._hear_ahead)
        self._prefetch.failed.connect(self.problem)
        self._answering = AnswerStream(host, self._prefetch, self, Slot.PANEL)
        self._answering.heard.connect(self.heard)
        self._answering.ended.connect(self._answered)
        host.changed.connect(self._host_changed)

    @property
    def condition(self) -> Condition:
        if self._waits:
            return "waiting"
        return "answering" if self._answering.answer is not None else "idle"

    @property
    def turns(self) -> tuple[Turn, ...]:
        """As the model and the window are told them."""
        self._gather()
        return tuple(self._turns)

    def entries(self) -> tuple[TranscriptEntry, ...]:
        """As the panel shows them: it has the picture at its head, and a quick action's name says enough; that of the
        first one is marked among the buttons."""
        return tuple(self._entry(turn) for turn in self.turns if turn.key != self._unshown)

    @property
    def last_answer(self) -> str:
        """As it is copied."""
        last = next((turn for turn in reversed(self.turns) if turn.message.role == "assistant"), None)
        return self._plain.get(last.key, last.message.text) if last is not None else ""

    @property
    def title(self) -> str:
        """For the conversation that it may become."""
        first = self._turns[0] if self._turns else None
        if first is None:
            return ""
        label = self._labels.get(first.key, "")
        return f"{label}: capture" if first.key == self._unshown else title_of(label)

    # What is asked.

    def look(self, attachment: Attachment) -> None:
        """The capture: it is counted and encoded from now on."""
        self.attachment = attachment
        if self._host.chosen and self._host.supports_images:
            counting = TokenCountJob([attachment.picture.image])
            counting.event_arrived.connect(self._hear_ahead)
            self._host.submit(counting)
        self.warm()

    def warm(self) -> None:
        """Let the model work ahead of the next question."""
        if self.condition == "idle" and self.attachment is not None and self._host.supports_images:
            ahead = question("", self._pictures())
            self._prefetch.follow(prompt(self._settings_store.now.system_prompt, [*self._turns, ahead]))

    def begin(self, label: str, quick: bool = False) -> int:
        """A question called `label` (`quick`: of a key) and an open answer; the number is for `put`, `tell` or `fail`.
        An answer that is not finished gives way, with its question."""
        if self.condition != "idle":
            self.cut(len(self._turns) - 2)
        asked, answer = Turn(Message.of("user", "")), Turn(Message.of("assistant", ""), state="open")
        if quick and not self._turns:
            self._unshown = asked.key
        self._labels[asked.key] = label
        self._turns += [asked, answer]
        self._begun += 1
        self._waits = True
        for turn in (asked, answer):
            if turn.key != self._unshown:
                self.appended.emit(self._entry(turn))
        self.changed.emit()
        return self._begun

    def put(self, number: int, text: str, supports_images: bool = True) -> None:
        """The question is complete. Not `supports_images`: the model is sent no picture."""
        if self._is_on(number):
            self._complete(text, supports_images)
            self._run(Answer())

    def tell(self, number: int, text: str, answer: str, shown: str = "") -> None:
        """`answer` is known. `shown`: how it is written in Markdown, where that is something else."""
        if self._is_on(number):
            self._complete(text)
            self._plain[self._turns[-1].key] = answer
            self._turns[-1] = replace(self._turns[-1], message=Message.of("assistant", shown or answer))
            self.replaced.emit(self._entry(self._turns[-1]))
            self._end("complete")

    def fail(self, number: int, error: Exception) -> None:
        """The question cannot be asked."""
        if self._is_on(number):
            self._complete("")
            self._end("failed", error)

    def stop(self) -> None:
        """The answer ends soon, and stays."""
        if self._waits:
            self._complete("")
            self._end("stopped")
        self._answering.stop()

    def ask_again(self) -> None:
        """Another answer to the last question."""
        if self.condition == "idle" and self._turns and self._turns[-2].message.text:
            self.cut(len(self._turns) - 1)
            answer = Turn(Message.of("assistant", ""), state="open")
            self._turns.append(answer)
            self.appended.emit(self._entry(answer))
            self._run(Answer())

    def go_on(self) -> None:
        """Continue an answer that was stopped."""
        last = self._turns[-1] if self._turns else None
        if self.condition != "idle" or last is None or last.state not in ("stopped", "failed"):
            return
        if not last.message.text:
            self.ask_again()
            return
        self._turns[-1] = last = replace(last, state="open", footer="", notice="", error="")
        self.replaced.emit(self._entry(last))
        self._run(Answer(last.message.text, last.message.thinking))

    def cut(self, count: int) -> None:
        """Keep the first `count` turns."""
        self._waits = False
        self._answering.abandon()
        del self._turns[count:]
        self.truncated.emit(len(self.entries()))

    def close(self) -> None:
        """Forget everything."""
        self.cut(0)
        self._prefetch.stop()
        self._host.changed.disconnect(self._host_changed)
        self._labels.clear()
        self._plain.clear()
        self.attachment = None

    # How it goes on.

    def _is_on(self, number: int) -> bool:
        return self._waits and number == self._begun

    def _complete(self, text: str, supports_images: bool = True) -> None:
        """The open question says `text`, with the capture where no question before it has it."""
        self._waits = False
        pictures = self._pictures()
        images = tuple(one.picture.image for one in pictures) if supports_images else ()
        self._turns[-2] = replace(self._turns[-2], message=Message.of("user", text, images), attachments=pictures)

    def _run(self, answer: Answer) -> None:
        now, turns = self._settings_store.now, self._turns if self._turns[-1].message.text else self._turns[:-1]
        practice = self._host.spec is not None and self._host.spec.practice
        job = self._answering.prepare(answer, prompt(now.system_prompt, turns), now.sampling(practice=practice))
        self._answering.submit(job)
        self.changed.emit()

    def _answered(self, answer: Answer, error: Exception | None) -> None:
        message, state = answer.message, "failed" if error else "stopped" if answer.can_go_on else "complete"
        self._turns[-1] = replace(self._turns[-1], message=message, footer=answer.footer(),
                                  notice="\n".join(answer.notices))  # fmt: skip
        self._end(state, error)  # type: ignore[arg-type]

    def _end(self, state: State, error: Exception | None = None) -> None:
        last = self._turns[-1] = replace(self._turns[-1], state=state, error=error_text(error))
        self.finished.emit(last.footer, last.state, last.error)
        self.changed.emit()
        self.warm()

    def _hear_ahead(self, event: object) -> None:
        match event:
            case ImageReady(image_id, tokens) | TokensCounted(image_id, tokens):
                one = self.attachment
                if one is not None and one.picture.image.id == image_id and tokens:
                    self.attachment = replace(one, tokens=tokens)
                self._turns = [turn.counted(image_id, tokens) for turn in self._turns]
        self.picture_said.emit(event)

    def _host_changed(self) -> None:
        if self._host.condition == "loading":  # another thread: it knows nothing of what the last one was asked
            self._prefetch.stop()
        self.warm()
        self.changed.emit()

    def _gather(self) -> None:
        if answer := self._answering.answer:
            answer.gather()
            self._turns[-1] = replace(self._turns[-1], message=answer.message)

    def _pictures(self) -> tuple[Attachment, ...]:
        """For the next question: the capture, unless a question before has it."""
        known = any(turn.attachments for turn in self._turns)
        return (self.attachment,) if self.attachment is not None and not known else ()

    def _entry(self, turn: Turn) -> TranscriptEntry:
        return replace(turn.entry(), text=self._labels.get(turn.key, turn.message.text), thumbnails=(), captions=())
