"""What is asked about a capture: the model encodes it, its text is read, and quick actions become questions."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from fanlight.core.capture.capture_pictures import NAME, PART, CapturePictures
from fanlight.core.capture.capture_text import CaptureText, TextReaderPort
from fanlight.core.capture.captures import Capture
from fanlight.core.capture.changes import CaptureChanges
from fanlight.core.capture.date_context import date_context
from fanlight.core.capture.tiles import with_parts
from fanlight.core.chat.conversation import Conversation
from fanlight.core.chat.entry import AnswerFinished
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.pending_question import PendingQuestion
from fanlight.core.chat.turns import Attachment
from fanlight.core.panel.answer_language import language_of_answers
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.throttle import Timeout
from fanlight.desktop.capture import CapturedImage
from fanlight.domain.actions import Action
from fanlight.domain.detail import Detail
from fanlight.domain.errors import FanlightError, ImagesUnsupported, InputError
from fanlight.domain.found_items import found_items
from fanlight.domain.reading import TextLine, with_text_read
from fanlight.domain.slots import Slot
from fanlight.i18n import _

log = logging.getLogger(__name__)

WHAT_CHANGED = (
    "The first picture shows a part of the screen at {earlier}, the second one the same part at {now}. What is "
    "different is framed and numbered in the second one. Say for each number in one line what has changed."
)  # to the model
TEXT_MS = 4_000
"""How long a question waits for the text that goes beside the picture; then it is asked without."""


@dataclass(frozen=True, slots=True)
class _PreparedQuestion:
    """A question being prepared: with `wants_text` it waits up to TEXT_MS for the text, with `needs_text` without
    limit."""

    question: PendingQuestion
    act: Action | str
    wants_text: bool
    needs_text: bool


class CaptureQuestions(QObject):
    """Turns quick actions and typed text into questions of one `Conversation`. `start` once, then `run` or `ask` at any
    time: a question waits for the picture and, where it needs the text, for that."""

    copy_wanted = Signal(str)
    """The answer of an action that goes to the clipboard."""
    items_found = Signal(object)
    """FoundItems of the text, once it is read."""
    asks_in_window = Signal(str)
    """Ask this in the window."""
    problem = Signal(object)

    def __init__(
        self,
        image: CapturedImage,
        conversation: Conversation,
        host: ModelHost,
        settings_store: SettingsStore,
        file_worker: FileWorker,
        texts: TextReaderPort | None,
    ) -> None:
        super().__init__(conversation)
        self._conversation, self._host, self._settings_store = conversation, host, settings_store
        self.text = CaptureText(image, file_worker, texts, self)
        self.text.arrived.connect(self._on_text)
        self.pictures = CapturePictures(image, host, settings_store, file_worker)
        self._request: _PreparedQuestion | None = None
        self._last: Action | str = ""
        self._copies = self._comparing = False
        self._picture_read = self._closed = False
        self._late = Timeout(self, self._ask_when_ready, TEXT_MS)
        conversation.answer_finished.connect(self._on_answer_finished)

    def start(self) -> None:
        """When the selection is made: the capture is prefilled and, where that helps, its text is read, before anything
        is asked."""
        self.pictures.read(self._on_picture)
        if self._text_helps:
            self.text.read()

    def choose_detail(self, detail: Detail) -> None:
        """Of the capture: it goes with the next question in it, once more where it was sent already."""
        if detail != self.pictures.detail and not self._closed:
            self.pictures.detail, self._comparing, self._picture_read = detail, False, False
            self.pictures.read(self._on_picture)

    def attach(self, image: CapturedImage) -> None:
        """Beside the capture, with the next question: a part of it, or what was drawn on one."""

        def on_read(found: list[Attachment] | FanlightError) -> None:
            if isinstance(found, FanlightError):
                self.problem.emit(found)
            elif not self._closed:
                self._conversation.attachments.set([*self._conversation.attachments.read, *found])

        self.pictures.read_others([image], PART, on_read, whole=True)

    def run(self, action: Action) -> None:
        """Run a quick action; it replaces one that is not finished."""
        wants = action.reads_text and self._text_helps and not self._has_text
        self._begin(action.label, action, wants, needs=not action.asks)

    def ask(self, text: str) -> None:
        """A question in the user's own words."""
        if text.strip():
            self._begin(text.strip(), text.strip(), self._text_helps and not self._has_text)

    def ask_about_changes(self, changes: CaptureChanges, marked: CapturedImage, now: Capture) -> None:
        """With both pictures, the second one with marks. Waits for them."""
        self._comparing = True
        title = _("What has changed?")
        question = self._conversation.begin_question(title, title=title, quick=True)
        if self._lacks_vision:
            question.fail(ImagesUnsupported(_("This model does not support images.")))
            return
        earlier = changes.earlier

        def on_pictures(read: list[Attachment] | FanlightError) -> None:
            if self._closed:
                return
            if isinstance(read, FanlightError):
                question.fail(read)
                return
            self._conversation.attachments.set(read)
            question.ask(WHAT_CHANGED.format(earlier=earlier.time, now=now.time))

        self.pictures.read_others([earlier.image, marked], NAME, on_pictures, whole=True)

    def ask_again(self) -> None:
        """Ask the last question once more. A quick action that only reads text, or a question that never reached the
        model, starts over."""
        turns = self._conversation.turns
        if self._conversation.busy or not turns:
            return
        if isinstance(self._last, Action) and (not self._last.asks or not turns[-2].message.text):
            self._conversation.remove_last_question()
            self.run(self._last)
        elif not turns[-2].message.text:
            self._conversation.remove_last_question()
            self.ask(str(self._last))
        else:
            self._conversation.ask_again()

    def close(self) -> None:
        """Nothing is wanted any more."""
        self._closed, self._request = True, None
        self.pictures.close()
        self.text.close()
        self._late.cancel()
        self._conversation.answer_finished.disconnect(self._on_answer_finished)

    # Picture and text of the capture.

    @property
    def subject_text(self) -> str:
        return self.text.text or ""

    @property
    def _lacks_vision(self) -> bool:
        return self._host.chosen and not self._host.supports_images_in(Slot.PANEL)

    @property
    def _text_helps(self) -> bool:
        return self.text.is_here and text_helps(self._host, self._settings_store)

    @property
    def _has_text(self) -> bool:
        """Whether the conversation has the text."""
        return any(turn.text_beside_picture for turn in self._conversation.turns)

    def _on_picture(self, result: list[Attachment] | FanlightError) -> None:
        if self._closed:
            return
        self._picture_read = True
        if isinstance(result, FanlightError):
            self.problem.emit(result)
        elif not self._comparing:
            others = self.pictures.others_among(self._conversation.attachments.read)
            self._conversation.attachments.set([*result, *others])
            self._conversation.show(True)
        self._ask_when_ready()

    def _on_text(self, lines: tuple[TextLine, ...] | FanlightError) -> None:
        if self._closed:
            return
        if not isinstance(lines, FanlightError):
            self.items_found.emit(found_items(self.subject_text, date_context(), lines))
        self._ask_when_ready()

    # From a key to a question.

    def _begin(self, label: str, act: Action | str, wants: bool, needs: bool = False) -> None:
        needs = needs or (self._lacks_vision and not self._has_text)
        quick = isinstance(act, Action)
        title = _("{action}: capture").format(action=label) if quick else ""
        question = self._conversation.begin_question(label, title=title, quick=quick)
        self._last, self._request = act, _PreparedQuestion(question, act, wants or needs, needs)
        if wants or needs:
            self.text.read(again=needs)
            self._late.start()
        self._ask_when_ready()

    def _ask_when_ready(self) -> None:
        """Ask as soon as the picture and, where it is waited for, the text are there."""
        request = self._request
        if request is None or not self._picture_read:
            return
        is_read = self.text.text is not None or self.text.error is not None
        if request.wants_text and not is_read and (request.needs_text or self._late.pending):
            return
        self._request = None
        self._late.cancel()
        if isinstance(request.act, Action) and not request.act.asks:
            self._answer_with_text(request.question, request.act)
        else:
            self._ask_model(request)

    def _answer_with_text(self, question: PendingQuestion, action: Action) -> None:
        if self.text.error is not None:
            question.fail(self.text.error)
        elif not self.subject_text:
            question.fail(InputError(_("No text was found in this capture."), _("Drag closer around the text.")))
        else:
            self._copies = action.goes_to == "clipboard"
            question.answer_with("What is written in this picture?", fenced(self.subject_text), self.subject_text)

    def _ask_model(self, request: _PreparedQuestion) -> None:
        act = request.act
        text = act.question(language_of_answers(self._settings_store)) if isinstance(act, Action) else act
        beside = self.subject_text if request.wants_text else ""
        if self._lacks_vision and not self._has_text and not beside:
            why = ImagesUnsupported(_("This model does not support images, and no text was found in this capture."))
            request.question.fail(why)
            return
        attached = self._conversation.attachments.read
        others = len(self.pictures.others_among(attached))
        text = with_parts(text, len(attached) - others, others)
        if beside:
            text = with_text_read(text, beside)
        if isinstance(act, Action) and act.goes_to == "window":
            self._conversation.remove_last_question()
            self.asks_in_window.emit(text)
            return
        self._copies = isinstance(act, Action) and act.goes_to == "clipboard"
        request.question.ask(text, text_beside_picture=bool(beside))

    def _on_answer_finished(self, end: AnswerFinished) -> None:
        copies, self._copies = self._copies, False
        if copies and end.state == "complete" and (text := bare(self._conversation.last_answer)):
            self.copy_wanted.emit(text)


def text_helps(host: ModelHost, settings_store: SettingsStore) -> bool:
    """Whether the text belongs beside the picture: the practice model was trained on shapes and numbers only, and text
    misleads it; a model without vision gets it in any case."""
    practice, sees = host.is_practice_in(Slot.PANEL), host.supports_images_in(Slot.PANEL)
    return (settings_store.now.read_text_in_captures and not practice) or (host.chosen and not sees)


def prepare_text(
    texts: TextReaderPort | None, host: ModelHost, settings_store: SettingsStore, action: Action | None
) -> None:
    """Load the text reader where a question by `action` would need it."""
    wants_text = action is not None and (not action.asks or action.goes_to == "place")
    if texts is not None and (wants_text or text_helps(host, settings_store)):
        texts.prepare()


def fenced(text: str) -> str:
    """As a code block, whatever it holds: lines and columns stay."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}\n{text}\n{fence}"


def bare(text: str) -> str:
    """An answer that is one code block, without its fence."""
    lines = text.strip().splitlines()
    if len(lines) >= 2 and lines[0].startswith("```") and lines[-1].strip() == lines[0][: len(lines[-1].strip())]:
        inside = lines[1:-1]
        if not any(line.startswith("```") for line in inside):
            return "\n".join(inside)
    return text.strip()
