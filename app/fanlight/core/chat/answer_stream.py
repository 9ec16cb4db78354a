"""The answer to the last question: from the saved question to the last token, and saved as it grows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.answer import CUT_OFF, Answer
from fanlight.core.chat.attachments import PrefetchEvent
from fanlight.core.chat.autosave import Autosave
from fanlight.core.chat.entry import AnswerFinished
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.model_jobs import AnswerJob
from fanlight.core.chat.prefetch import Prefetch
from fanlight.core.chat.turn_list import TurnList
from fanlight.core.chat.turns import Turn, TurnTree, answer_turn, prompt, thinking_mode
from fanlight.core.settings_store import SettingsStore
from fanlight.domain.errors import ModelError, error_text
from fanlight.domain.events import EngineNotice, Event, Finished, ImageReady, PromptProgress, SoundReady
from fanlight.domain.messages import Message
from fanlight.domain.stored import State
from fanlight.domain.titles import title_of
from fanlight.i18n import _
from fanlight.model_settings import sampling_of


class AnswerStream(QObject):
    """At most one answer at a time; it is the last of the `turns`. `answer` is None while there is none; `autosave` is
    None where nothing is saved."""

    started = Signal()
    event_arrived = Signal(object)
    """An Event of the answer, or of the prefill it waits for."""
    answer_finished = Signal(AnswerFinished)
    """The last turn is no longer open."""
    ended = Signal()
    """After `answer_finished`: another question may be asked."""

    def __init__(
        self, host: ModelHost, settings_store: SettingsStore, turns: TurnList, prefetch: Prefetch, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._host, self._settings_store, self._turns, self._prefetch = host, settings_store, turns, prefetch
        self.autosave: Autosave | None = None
        self.answer: Answer | None = None
        self._job: AnswerJob | None = None
        prefetch.event_arrived.connect(self._on_prefetch_event)

    def ask(self, turn: Turn) -> None:
        self._turns.title = self._turns.title or title_of(turn.message.text)
        self._turns.append(turn, answer_turn())
        self.generate()

    def answer_again(self) -> None:
        """The last turn is a question: an answer to it, whether it had one or not."""
        self._turns.append(answer_turn())
        self.generate()

    def resume(self) -> None:
        """Go on with the last turn, an answer that ended before the model was done."""
        last = self._turns.last
        self._turns.replace_last(replace(last, state="open", footer="", notice="", error=""))
        self.generate(Answer(last.message.text, last.message.thinking))

    def generate(self, begun: Answer | None = None) -> None:
        """Save first, then submit the job. The last turn is the open answer; `begun` is the part of it that a continued
        answer has already. Prefills of the same prompt are used."""
        messages = self.prompt(self._turns.all if begun is not None else self._turns.all[:-1])
        settings, slot = self._settings_store.now, self._prefetch.slot
        mode = thinking_mode(settings, slot)
        helpers = self._prefetch.helpers(messages, mode)
        self.answer = begun or Answer()
        self.answer.encoded_before = self._prefetch.encoded_seconds()
        spec = self._host.spec_in(slot)
        self.answer.model = spec.name if spec is not None else ""
        sampling = replace(sampling_of(settings, practice=self._host.is_practice_in(slot)), thinking=mode)
        self._job = job = AnswerJob(messages, sampling, slot, helpers, self._prefetch.kept())
        job.event_arrived.connect(self._on_event)
        job.done.connect(self._on_done)
        if self.autosave is not None:
            self.autosave.begin_answer(self.snapshot)
            self.autosave.save(self._turns.title, self._turns.tree, then=lambda: self._submit(job))
        else:
            self._submit(job)
        self.started.emit()

    def is_served_by(self, job: AnswerJob) -> bool:
        return self._job is job

    def stop(self) -> None:
        """End the answer soon, with the text that has arrived; a prefill it waits for ends, too."""
        if self._job is not None:
            self._job.stop()
            for helper in self._job.builds_on:
                helper.stop()

    def answer_now(self) -> None:
        """End the thinking, if that is where the answer is."""
        if self._job is not None:
            self._job.answer_now()

    def stop_now(self) -> None:
        """End the answer at once, with the text that has arrived."""
        self._disconnect_job()
        if self.answer is not None:
            self._on_done(None)

    def leave(self) -> None:
        """An answer that is under way ends without a signal, as stopped, with the text that has arrived: another branch
        is to be shown."""
        self._disconnect_job()
        if self.answer is not None:
            self.join_pieces()
            self._turns.update_last(state="stopped", notice="\n".join(self.answer.notices))
            self.answer = None
        if self.autosave is not None:
            self.autosave.abandon_answer()

    def truncate(self, count: int) -> None:
        """Keep the first `count` turns; an answer that is not one of them ends without a signal."""
        self._disconnect_job()
        self.answer = None
        if self.autosave is not None:
            self.autosave.abandon_answer()
        self._turns.truncate(count)

    def finish(self, state: State, error: Exception | None = None) -> None:
        """Close the last turn with `state`, and save it."""
        last = self._turns.update_last(state=state, error=error_text(error))
        self.answer_finished.emit(AnswerFinished(last.footer, last.state, last.error))
        if self.autosave is not None:
            self.autosave.end_answer(self._turns.title, self._turns.tree)
        self.ended.emit()

    def join_pieces(self) -> None:
        """Let the last turn hold all that has arrived."""
        if self.answer is not None:
            self.answer.join_pieces()
            self._turns.update_last(message=self.answer.message)

    def prompt(self, turns: Sequence[Turn]) -> tuple[Message, ...]:
        return prompt(
            self._turns.system(self._settings_store.now),
            turns,
            supports_images=self._host.supports_images_in(self._prefetch.slot),
            hears_seconds=self._host.hears_seconds_in(self._prefetch.slot),
        )

    def snapshot(self) -> tuple[str, TurnTree]:
        """The title, and the turns with all that has arrived."""
        self.join_pieces()
        return self._turns.title, self._turns.tree

    def _submit(self, job: AnswerJob) -> None:
        if job is not self._job:
            return  # stopped or replaced while the question was being saved
        if self._host.chosen:
            self._host.submit(job)
        else:
            self._on_done(ModelError(_("No model is open."), _("Choose one at the top of the window.")))

    def _disconnect_job(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.event_arrived.disconnect(self._on_event)
            job.done.disconnect(self._on_done)
            job.stop()

    def _on_prefetch_event(self, event: PrefetchEvent) -> None:
        if self.answer is not None and isinstance(event, (ImageReady, SoundReady, PromptProgress)):
            self.event_arrived.emit(event)

    def _on_event(self, event: Event) -> None:
        assert self.answer is not None
        if isinstance(event, Finished) and event.reason in CUT_OFF:
            self._on_event(EngineNotice(_(CUT_OFF[event.reason])))
        self.answer.add(event)
        self.event_arrived.emit(event)

    def _on_done(self, error: Exception | None) -> None:
        answer, self.answer, self._job = self.answer, None, None
        assert answer is not None
        answer.join_pieces()
        answer.encoded_after = self._prefetch.encoded_seconds()
        notice = "\n".join(answer.notices)
        self._turns.update_last(message=answer.message, footer=answer.footer(), notice=notice)
        self.finish("failed" if error else "stopped" if answer.can_continue else "complete", error)
