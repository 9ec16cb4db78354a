"""The model names conversations that nobody has named, while nothing else is done, where the settings say so."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from PySide6.QtCore import QObject

from fanlight.core.chat.conversation import Conversation
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.job import Job, JobControl, Priority
from fanlight.core.work.throttle import Debounce, MakeTimer
from fanlight.domain.events import TextDelta
from fanlight.domain.messages import Message
from fanlight.domain.models import Sampling
from fanlight.domain.ports import Engine
from fanlight.domain.slots import Slot
from fanlight.domain.titles import title_of, title_said
from fanlight.model_settings import sampling_of

IDLE_MS = 5_000
_LETTERS = 1_500
"""Of a question, and of its answer, that the model is shown."""
_TOKENS = 32
_WANTED = (
    "Give the following conversation a title of at most six words, in the language of the conversation. "
    "Answer with the title alone.\n\nQuestion: {question}\n\nAnswer: {answer}"
)  # to the model


class TitleJob(Job[Engine]):
    """Reports the title, as the model says it, once."""

    def __init__(self, question: str, answer: str, sampling: Sampling) -> None:
        asked = Message.of("user", _WANTED.format(question=question[:_LETTERS], answer=answer[:_LETTERS]))

        def work(engine: Engine, control: JobControl) -> Generator[object, None, None]:
            said = [
                event.text
                for event in engine.generate([asked], sampling, control.flag, Slot.COMMAND)
                if isinstance(event, TextDelta)
            ]
            if not control.flag.is_set():
                yield "".join(said)

        super().__init__(work, Priority.BACKGROUND)


class ModelTitles(QObject):
    """Of the conversation on the screen, once it has an answer. Each is tried once."""

    def __init__(
        self,
        host: ModelHost,
        session_manager: SessionManager,
        settings_store: SettingsStore,
        parent: QObject,
        make_timer: MakeTimer | None = None,
    ) -> None:
        super().__init__(parent)
        self._host, self._session_manager, self._settings_store = host, session_manager, settings_store
        self._tried: set[int] = set()
        self._job: TitleJob | None = None
        self._rest = Debounce(self, self._on_rest, IDLE_MS, make_timer)
        session_manager.activity_changed.connect(self._on_activity)

    def _on_activity(self) -> None:
        if self._settings_store.now.model_titles:
            self._rest.request()

    def _on_rest(self) -> None:
        conversation, host = self._session_manager.current, self._host
        is_free = self._job is None and host.condition == "ready" and not self._session_manager.busy
        if not is_free or host.is_practice_in(Slot.WINDOW) or conversation.number in self._tried:
            return
        if (said := _unnamed(conversation)) is None:
            return
        settings = self._settings_store.now
        if not settings.model_titles:
            return
        sampling = replace(sampling_of(settings), max_tokens=_TOKENS, thinking="off", thinking_tokens=0)
        self._tried.add(conversation.number)
        self._job = job = TitleJob(*said, sampling)
        job.event_arrived.connect(lambda text: self._name(conversation, str(text)))
        job.done.connect(lambda _error: self._on_done(conversation.number))
        host.submit(job)

    def _name(self, conversation: Conversation, said: str) -> None:
        """Unless somebody has named it meanwhile."""
        title = title_said(said)
        if title and _unnamed(conversation) is not None:
            conversation.rename(title)

    def _on_done(self, number: int) -> None:
        job, self._job = self._job, None
        if job is not None and job.flag.is_set():  # something else went first
            self._tried.discard(number)
            self._on_activity()


def _unnamed(conversation: Conversation) -> tuple[str, str] | None:
    """Its first question and the answer, where it is called by that question."""
    if not conversation.is_read or conversation.busy or len(conversation.turns) < 2:
        return None
    question, answer = conversation.turns[:2]
    is_named = conversation.title != title_of(question.message.text)
    if is_named or not question.message.text or answer.state != "complete" or not answer.message.text:
        return None
    return question.message.text, answer.message.text
