"""A panel that shows a session: the answers, the actions, the line. It takes the keyboard and gives it back; its
conversation is in memory alone, and Esc forgets it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, Qt, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QEnterEvent, QGuiApplication, QKeyEvent

from fanlight.core.chat.entry import AnswerFinished, TranscriptEntry
from fanlight.core.panel.panel_session import PanelSession, PanelStatus
from fanlight.core.settings_store import SettingsStore
from fanlight.desktop.capture.fading import hidden_windows
from fanlight.desktop.focus import KeyboardLoan
from fanlight.domain.events import Event, TextDelta, ThinkingDelta
from fanlight.i18n import _
from fanlight.ui.panel.frame import PanelFrame
from fanlight.ui.panel.panel_keys import WINDOW, is_typed, panel_key
from fanlight.ui.widgets.banner import announce
from fanlight.ui.widgets.links import ask_to_open


class SessionPanel(PanelFrame):
    """Shows one PanelSession, and is deleted when that ends. `conversation` is its own."""

    closed = Signal(object)
    """The panel."""
    window_wanted = Signal()
    ended_by_key = Signal()
    """A key has moved the focus away from it, and is still down."""

    def __init__(
        self,
        session: PanelSession,
        settings_store: SettingsStore,
        loan: KeyboardLoan | None = None,
        read_trigger: Callable[[], str] = lambda: "",
    ) -> None:
        super().__init__(session.place, settings_store, loan or KeyboardLoan(), read_trigger)
        self.session, self.conversation = session, session.conversation
        self.bar.show_actions(session.shown_actions)
        self._connect_session()
        self._connect_conversation()
        self._connect_widgets()
        self._on_status(session.status)

    def _connect_session(self) -> None:
        session = self.session
        session.status_changed.connect(self._on_status)
        session.action_changed.connect(self.bar.mark)
        session.pinned_changed.connect(self.head.pin_button.setChecked)
        session.noted.connect(lambda text: announce(self, text))
        session.copy_wanted.connect(lambda text: QGuiApplication.clipboard().setText(text))
        session.keyboard_wanted.connect(self.focus_line)
        self.keyboard.changed.connect(self._on_keyboard_changed)
        session.problem.connect(self._show_problem)
        session.closed.connect(self._on_closed)

    def _connect_conversation(self) -> None:
        for signal, slot in self._connections():
            signal.connect(slot)
        transcript = self.transcript
        transcript.copied.connect(lambda _text: self.session.note(_("Copied.")))
        transcript.ask_again.connect(self.session.questions.ask_again)
        transcript.link_requested.connect(self._open_link)

    def _connections(self) -> tuple[tuple[Any, Callable[..., object]], ...]:
        """Connections to objects that outlive the panel; undone when it closes."""
        conversation, transcript = self.conversation, self.transcript
        return (
            (conversation.turns_appended, self._on_turns_appended),
            (conversation.turn_replaced, self._on_turn_replaced),
            (conversation.turns_truncated, transcript.truncate),
            (conversation.branch_shown, self._on_branch_shown),
            (conversation.event_arrived, self._on_event),
            (conversation.answer_finished, self._on_answer_finished),
            (self.session.actions.changed, self._show_actions),
            (transcript.continue_requested, conversation.continue_answer),
            (transcript.answer_now_requested, conversation.answer_now),
            (transcript.version_wanted, conversation.show_version),
            (self.line.stop_button.clicked, conversation.stop),
        )

    def _connect_widgets(self) -> None:
        session, head = self.session, self.head
        self.bar.chosen.connect(session.run)
        self.bar.chosen.connect(self.problem.hide)
        self.line.entered.connect(session.questions.ask)
        self.line.continue_requested.connect(self._on_empty_line)
        self.line.reached.connect(self.focus_line)
        self.model_button.clicked.connect(self.window_wanted)
        head.close_button.clicked.connect(session.forget)
        head.window_button.clicked.connect(lambda: session.move_wanted.emit(""))
        head.pin_button.toggled.connect(session.pin)

    def open(self) -> None:
        """Show it beside the rectangle, with the keyboard where the settings allow that."""
        self._place()
        self.line.input.setFocus(Qt.FocusReason.OtherFocusReason)
        self.show()
        if not self.keyboard.stays_below:
            self.keyboard.take()

    # Signals of the session.

    def _on_status(self, status: PanelStatus) -> None:
        self.head.show_status(status.facts, status.text, status.progress)
        self.line.stop_button.setVisible(status.is_busy)
        self._invite()
        self.note.setVisible(status.is_practice)
        self.server_note.setText(status.server)
        self.server_note.setVisible(bool(status.server))
        self.model_button.setVisible(status.needs_model)
        self._fit_soon.request()

    def _on_turns_appended(self, entries: Sequence[TranscriptEntry]) -> None:
        self.transcript.append([without_pictures(entry) for entry in entries])

    def _on_turn_replaced(self, entry: TranscriptEntry) -> None:
        self.transcript.replace_last(without_pictures(entry))

    def _on_branch_shown(self, count: int, entries: Sequence[TranscriptEntry]) -> None:
        self.transcript.show_branch(count, [without_pictures(entry) for entry in entries])
        self._fit_soon.request()

    def _on_event(self, event: Event) -> None:
        self.transcript.on_event(event)
        if isinstance(event, (TextDelta, ThinkingDelta)) and self.transcript.isHidden():
            self._show_answers()

    def _on_answer_finished(self, end: AnswerFinished) -> None:
        self._show_answers()
        self.transcript.on_finished(end)
        self._invite()
        self._fit()

    def _invite(self) -> None:
        """What the line is for now."""
        self.line.invite(has_rest=self.conversation.has_rest)

    def _on_empty_line(self) -> None:
        """Enter without a text."""
        if self.conversation.has_rest:
            self.conversation.continue_answer()

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
        self.keyboard.give_back()
        hidden_windows.note(self.windowHandle())
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
        self.bar.show_actions(self.session.shown_actions)
        self._fit()

    def _on_keyboard_changed(self) -> None:
        self._draw_keys()
        self._fit_soon.request()

    def focus_line(self) -> None:
        """Into the line."""
        self.keyboard.note_lender()
        self.keyboard.take()
        self.line.input.setFocus(Qt.FocusReason.OtherFocusReason)

    def toggle_keyboard(self) -> None:
        """By its shortcut: here, or back to the program below."""
        self.keyboard.refresh()
        if self.keyboard.is_here:
            self.keyboard.give_back()
        else:
            self.focus_line()

    def _open_link(self, address: QUrl) -> None:
        """The question comes up below a panel that bypasses the window manager: that one is hidden meanwhile."""
        is_above_all = bool(self.windowFlags() & Qt.WindowType.X11BypassWindowManagerHint)
        self.setVisible(not is_above_all)
        ask_to_open(address, self)
        if not self.session.is_over:
            self.show()
            self.keyboard.take()

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What the line has not used: keys of the panel, and what is typed while a button has the focus."""
        key = panel_key(event)
        if not key and is_typed(event):
            self.line.input.setFocus(Qt.FocusReason.OtherFocusReason)
            self.line.input.insert(event.text())
        elif not key:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            self._press(key)

    def _press(self, key: str) -> None:
        self.session.press(key)
        if self.session.is_over or key == WINDOW:
            self.ended_by_key.emit()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.keyboard.note_lender()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and not self.session.is_over:
            self.keyboard.on_activation()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.session.forget()


def without_pictures(entry: TranscriptEntry) -> TranscriptEntry:
    """The entry without those of its question: the panel shows the capture at its head."""
    return replace(entry, thumbnails=(), captions=())
