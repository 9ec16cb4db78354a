"""The quick panel: a small window beside the rectangle that was captured. The program below keeps its focus until the
user types here; its conversation is in memory alone, and Esc forgets it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, Qt, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent

from fanlight.core.capture.panel_keys import ESCAPE
from fanlight.core.capture.session import CaptureSession, CaptureStatus
from fanlight.core.chat.entry import AnswerFinished, TranscriptEntry
from fanlight.core.settings_store import SettingsStore
from fanlight.domain.events import Event, TextDelta, ThinkingDelta
from fanlight.i18n import _
from fanlight.ui.panel.frame import PanelFrame
from fanlight.ui.widgets.banner import announce
from fanlight.ui.widgets.links import ask_to_open


class QuickPanel(PanelFrame):
    """Shows one CaptureSession, and is deleted when that ends. `conversation` is its own."""

    closed = Signal(object)
    """The panel."""
    window_wanted = Signal()
    ended_by_key = Signal()
    """A key has moved the focus away from it, and is still down."""

    def __init__(self, session: CaptureSession, settings_store: SettingsStore) -> None:
        super().__init__(session.capture, settings_store)
        self.session, self.conversation = session, session.conversation
        self.bar.show_actions(session.actions.shown)
        self._connect_session()
        self._connect_conversation()
        self._connect_widgets()
        self._on_status(session.status)
        self._apply_theme()

    @property
    def keys_live(self) -> bool:
        return self.session.keys.are_live or super().keys_live

    def _connect_session(self) -> None:
        session = self.session
        session.status_changed.connect(self._on_status)
        session.action_changed.connect(self.bar.mark)
        session.pinned_changed.connect(self.head.pin_button.setChecked)
        session.noted.connect(lambda text: announce(self, text))
        session.copy_wanted.connect(lambda text: QGuiApplication.clipboard().setText(text))
        session.keyboard_wanted.connect(self.take_keyboard)
        session.problem.connect(self._show_problem)
        session.closed.connect(self._on_closed)
        session.keys.changed.connect(self._draw_keys)

    def _connect_conversation(self) -> None:
        for signal, slot in self._connections():
            signal.connect(slot)
        transcript = self.transcript
        transcript.copied.connect(lambda _text: self.session.note(_("Copied.")))
        transcript.ask_again.connect(self.session.questions.ask_again)
        transcript.continue_requested.connect(self.conversation.continue_answer)
        transcript.link_requested.connect(self._open_link)

    def _connections(self) -> tuple[tuple[Any, Callable[..., object]], ...]:
        """Connections to objects that outlive the panel; undone when it closes."""
        conversation = self.conversation
        return (
            (conversation.turn_appended, self._on_turn_appended),
            (conversation.turn_replaced, self._on_turn_replaced),
            (conversation.turns_truncated, self.transcript.truncate),
            (conversation.event_arrived, self._on_event),
            (conversation.answer_finished, self._on_answer_finished),
            (self.session.actions.changed, self._show_actions),
        )

    def _connect_widgets(self) -> None:
        session, head = self.session, self.head
        self.bar.chosen.connect(session.run)
        self.bar.chosen.connect(self.problem.hide)
        self.line.entered.connect(session.questions.ask)
        self.line.reached.connect(self.take_keyboard)
        self.line.stop_button.clicked.connect(self.conversation.stop)
        self.model_button.clicked.connect(self.window_wanted)
        head.close_button.clicked.connect(session.forget)
        head.window_button.clicked.connect(lambda: session.move_wanted.emit(""))
        head.region_button.clicked.connect(session.repeat_wanted)
        head.region_button.setVisible(session.capture.place is not None)
        head.pin_button.toggled.connect(session.pin)

    def open(self) -> None:
        """Show it beside the rectangle."""
        self._place()
        self.show()

    # Signals of the session.

    def _on_status(self, status: CaptureStatus) -> None:
        self.head.show_status(status.facts, status.text, status.progress)
        self.line.stop_button.setVisible(status.is_busy)
        self.note.setVisible(status.is_practice)
        self.model_button.setVisible(status.needs_model)
        self._fit_soon.request()

    def _on_turn_appended(self, entry: TranscriptEntry) -> None:
        self.transcript.append(without_pictures(entry))

    def _on_turn_replaced(self, entry: TranscriptEntry) -> None:
        self.transcript.replace_last(without_pictures(entry))

    def _on_event(self, event: Event) -> None:
        self.transcript.on_event(event)
        if isinstance(event, (TextDelta, ThinkingDelta)) and self.transcript.isHidden():
            self._show_answers()

    def _on_answer_finished(self, end: AnswerFinished) -> None:
        self._show_answers()
        self.transcript.on_finished(end)
        self._fit()

    def _show_problem(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setAccessibleName(text)
        self.problem.show()
        announce(self, text)
        self._fit()

    def _on_closed(self) -> None:
        self.transcript.show_entries(())
        self._stop_following()
        for signal, slot in self._connections():
            signal.disconnect(slot)
        self.transcript.continue_requested.disconnect(self.conversation.continue_answer)
        self.line.stop_button.clicked.disconnect(self.conversation.stop)
        self.hide()
        self.head.picture.clear()
        self.closed.emit(self)
        self.deleteLater()

    def _show_answers(self) -> None:
        if self.transcript.isHidden():
            self.transcript.setFixedHeight(60)
            self.transcript.show()
            self.transcript.paint_now()
            self._fit()

    def _show_actions(self) -> None:
        self.bar.show_actions(self.session.actions.shown)
        self._fit()

    def take_keyboard(self) -> None:
        self.session.keys.release()
        super().take_keyboard()

    def _open_link(self, address: QUrl) -> None:
        self.take_keyboard()
        ask_to_open(address, self)

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """With the focus, the same keys; in the line they are letters."""
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
        letter = event.text().lower() if plain and event.text().isalnum() and event.text().isascii() else ""
        key = ESCAPE if event.key() == Qt.Key.Key_Escape else letter
        if not key:
            super().keyPressEvent(event)
            return
        self.session.press(key)
        if self.session.is_over or key == "o":
            self.ended_by_key.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and not self.session.is_over:
            self._draw_keys()
            if not self.isActiveWindow() and (window := self.windowHandle()):
                window.setFlag(Qt.WindowType.WindowDoesNotAcceptFocus)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.session.forget()


def without_pictures(entry: TranscriptEntry) -> TranscriptEntry:
    """The entry without pictures: the panel shows the capture at its head."""
    return replace(entry, thumbnails=(), captions=())
