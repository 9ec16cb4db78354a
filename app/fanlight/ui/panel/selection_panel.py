"""The quick panel beside selected text: what was selected, the answers, and a new version that can replace it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect
from PySide6.QtGui import QCursor

from fanlight.core.selected_text.session import SelectionSession
from fanlight.core.settings_store import SettingsStore
from fanlight.desktop.focus import KeyboardLoan
from fanlight.domain.selected_text import excerpt
from fanlight.i18n import _
from fanlight.ui import theme
from fanlight.ui.controls import label
from fanlight.ui.panel.frame import LEAST_ANSWER, MARGIN, MOST_ANSWER, WIDTH
from fanlight.ui.panel.panel_keys import PIN, with_keys
from fanlight.ui.panel.rewriting_view import RewritingView
from fanlight.ui.panel.session_panel import SessionPanel
from fanlight.ui.plain_text import plain_tip
from fanlight.ui.widgets.banner import announce


class SelectionPanel(SessionPanel):
    """Shows one SelectionSession."""

    SUBJECT = "selection"
    session: SelectionSession

    def __init__(
        self,
        session: SelectionSession,
        settings_store: SettingsStore,
        loan: KeyboardLoan | None = None,
        read_trigger: Callable[[], str] = lambda: "",
    ) -> None:
        super().__init__(session, settings_store, loan, read_trigger)
        self.setWindowTitle(_("Selected text – Fanlight"))
        self.selected = label(excerpt(session.selected.text), "muted", wrap=True)
        self.selected.setAccessibleName(_("The selected text: {text}").format(text=self.selected.text()))
        self.rewriting = RewritingView()
        self.rewriting.hide()
        self._column.insertWidget(self._column.indexOf(self.bar), self.selected)
        self._column.insertWidget(self._column.indexOf(self.transcript) + 1, self.rewriting)
        self._dress_head()
        session.rewriting_changed.connect(self._show_rewriting)
        session.keyboard_returned.connect(self._return_keyboard)
        self.rewriting.replace_requested.connect(session.replace_selection)
        self.rewriting.copy_requested.connect(lambda: session.press("c"))
        self._apply_theme()

    def _dress_head(self) -> None:
        head = self.head
        tools = (head.more_button, head.copy_button, head.save_button, head.redact_button, head.region_button)
        for widget in (head.picture, *tools):
            widget.hide()
        head.setMinimumHeight(0)
        head.pin_button.setToolTip(plain_tip(with_keys(_("Keep this panel when other text is asked about"), [PIN])))
        head.close_button.setToolTip(plain_tip(_("Forget the text and everything said about it (Esc)")))

    def _show_rewriting(self) -> None:
        session = self.session
        shown = session.rewriting is not None
        if shown and self.rewriting.isHidden():
            self.transcript.hide()
            announce(self, _("The new text is ready."))
        self.rewriting.show_rewriting(
            session.rewriting,
            can_replace=session.can_replace,
            replacing=session.replacing,
            editable=session.selected.can_replace,
        )
        if session.replacing:
            self.problem.hide()
        self._invite()
        self._fit_soon.request()

    def _show_answers(self) -> None:
        if self.session.rewriting is None:
            super()._show_answers()

    def _invite(self) -> None:
        super()._invite()
        if self.session.can_replace:
            self.line.input.setPlaceholderText(_("Enter replaces the selected text"))
        elif not self.conversation.has_rest:
            self.line.input.setPlaceholderText(_("Say what to do with the text"))

    def _on_empty_line(self) -> None:
        if self.session.can_replace:
            self.session.replace_selection()
        else:
            super()._on_empty_line()

    def _return_keyboard(self) -> None:
        self.keyboard.give_back()
        self.ended_by_key.emit()

    # The frame.

    def _centre(self, free: QRect) -> QRect:
        """Beside the pointer, which has just selected the text."""
        pointer = QCursor.pos()
        return QRect(pointer.x() - 1, pointer.y() - 12, 2, 24) if free.contains(pointer) else super()._centre(free)

    def _fit(self) -> None:
        spot = self._spot
        if spot is not None and not self.rewriting.isHidden():
            size = theme.on_desktop(self._settings_store.now.text_size)
            width = min(theme.scaled(WIDTH, size), spot.room.width)
            text = self.rewriting.text
            rest = self._height(width) - text.height()
            most = min(theme.scaled(MOST_ANSWER, size), max(80, spot.room.height - rest))
            wanted = self.rewriting.text_height(width - self._border - 2 * MARGIN)
            text.setFixedHeight(max(LEAST_ANSWER // 2, min(wanted, most)))
        super()._fit()

    def _apply_theme(self, *_: object) -> None:
        settings = self._settings_store.now
        self.rewriting.set_look(theme.current(settings.theme), theme.on_desktop(settings.text_size))
        super()._apply_theme()
