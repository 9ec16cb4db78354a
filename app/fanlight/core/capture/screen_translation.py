"""Translates blocks of text one after the other with the model that answers captures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.model_jobs import AnswerJob
from fanlight.core.panel.answer_language import language_of_answers
from fanlight.core.settings_store import SettingsStore
from fanlight.domain.errors import FanlightError, InputError, ModelError, PromptTooLong
from fanlight.domain.events import Event, Finished, TextDelta
from fanlight.domain.messages import Message
from fanlight.domain.selected_text import question_about
from fanlight.domain.slots import Slot
from fanlight.domain.text_blocks import TextBlock
from fanlight.domain.translated_text import is_translatable, missing_parts, request, translation_in
from fanlight.i18n import _
from fanlight.model_settings import sampling_of

_LEAST_TOKENS, _TOKENS_A_LETTER = 48, 2
"""Of an answer: a translation has never more, an answer that repeats itself has no end."""


class ScreenTranslation(QObject):
    """`problem`: why there is no translation, or no more of it. Blocks without words of a language are left out, and
    so are those that the model leaves as they are, or whose links and numbers it loses twice."""

    changed = Signal()

    def __init__(self, host: ModelHost, settings_store: SettingsStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._host, self._settings_store = host, settings_store
        self._waiting: list[TextBlock] = []
        self._known: dict[str, str] = {}
        """Translations by their text; "" where it has none."""
        self._blocks: dict[TextBlock, None] = {}
        self._answer = ""
        self._job: AnswerJob | None = None
        self.current: TextBlock | None = None
        """What is being translated."""
        self.problem: FanlightError | None = None

    @property
    def is_busy(self) -> bool:
        return self.current is not None

    @property
    def total(self) -> int:
        return len(self._blocks)

    @property
    def finished(self) -> int:
        """How many of `total` were asked about."""
        return sum(block.text in self._known for block in self._blocks)

    def text_of(self, block: TextBlock) -> str:
        """Its translation; "" where there is none, or none yet."""
        return self._known.get(block.text, "")

    def translated(self) -> list[TextBlock]:
        """In the order in which they were added."""
        return [block for block in self._blocks if self.text_of(block)]

    def written(self, pattern: str = "{translation}") -> str:
        """All that is translated, a paragraph each; `pattern` has {original} and {translation}."""
        pieces = (pattern.format(original=one.text, translation=self.text_of(one)) for one in self.translated())
        return "\n\n".join(pieces)

    def add(self, blocks: Iterable[TextBlock]) -> None:
        """Translate these, too, in this order."""
        new = [block for block in blocks if block not in self._blocks and is_translatable(block.text)]
        self._blocks |= dict.fromkeys(new)
        self._waiting += new
        if not self.is_busy and self.problem is None:
            self._take_next()
        self.changed.emit()

    def take_first(self, block: TextBlock) -> None:
        """After the one that is being translated."""
        if block in self._waiting:
            self._waiting.remove(block)
            self._waiting.insert(0, block)

    def stop(self) -> None:
        """Forget all of it."""
        job, self._job, self.current = self._job, None, None
        self._waiting.clear()
        self._blocks.clear()
        self._known.clear()
        self.problem = None
        if job is not None:
            job.stop()

    def _take_next(self) -> None:
        while self._waiting and self._waiting[0].text in self._known:
            self._waiting.pop(0)
        if not self._waiting:
            return
        if (problem := self._missing_model()) is not None:
            self._give_up(problem)
            return
        self.current = self._waiting.pop(0)
        self._ask(self.current.text)

    def _missing_model(self) -> FanlightError | None:
        if self._host.condition in ("none", "failed"):
            return ModelError(_("No model is open."), _("Choose one at the top of the window."))
        if self._host.is_practice_in(Slot.PANEL):
            return InputError(_("The practice model cannot translate."), _("Choose another one in the window."))
        return None

    def _ask(self, text: str, kept: tuple[str, ...] = ()) -> None:
        settings = self._settings_store.now
        most = _LEAST_TOKENS + _TOKENS_A_LETTER * len(text)
        sampling = replace(
            sampling_of(settings), temperature=0.0, unset=(), max_tokens=most, thinking="off", thinking_tokens=0
        )
        asked = question_about(text, request(language_of_answers(self._settings_store), kept))
        self._answer = ""
        self._job = job = AnswerJob([Message.of("user", asked)], sampling, Slot.PANEL)
        job.event_arrived.connect(lambda event: self._on_event(job, event))
        job.done.connect(lambda error: self._on_done(job, bool(kept), error))
        self._host.submit(job)

    def _on_event(self, job: AnswerJob, event: Event) -> None:
        if job is not self._job:
            return
        if isinstance(event, TextDelta):
            self._answer += event.text
        elif isinstance(event, Finished) and event.reason != "end":
            self._answer = ""  # cut off, or the same again and again

    def _on_done(self, job: AnswerJob, is_second: bool, error: Exception | None) -> None:
        if job is not self._job or self.current is None:
            return
        text, self._job = self.current.text, None
        if error is not None and not isinstance(error, PromptTooLong):
            self._give_up(error if isinstance(error, FanlightError) else ModelError(_("The model has failed.")))
            return
        answer = translation_in(text, self._answer) if error is None and not job.flag.is_set() else ""
        lost = missing_parts(text, answer) if answer else ()
        if lost and not is_second:
            self._ask(text, lost)
            return
        self._known[text] = "" if lost else answer
        self.current = None
        self._take_next()
        self.changed.emit()

    def _give_up(self, problem: FanlightError) -> None:
        self.problem, self.current = problem, None
        self._waiting.clear()
        self.changed.emit()
