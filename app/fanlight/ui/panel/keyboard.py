"""Who has the keyboard: a quick panel, or the program below it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from fanlight.core.work.throttle import Timeout
from fanlight.desktop.focus import KeyboardLoan, has_keyboard, is_click_outside
from fanlight.desktop.xcb import is_x11

POLL_MS, FOCUS_TIMEOUT_MS = 30, 1_500
"""How often the focus and the mouse are looked at while the panel has the keyboard, or has asked for it just now."""
CLICK_MS = 150
"""So long a window manager may take to give the keyboard to the window that was clicked."""


class PanelKeyboard(QObject):
    """`stays_below`: the panel takes the keyboard only when it is asked to, never by being shown or clicked."""

    changed = Signal()
    """`is_here`."""

    def __init__(self, panel: QWidget, loan: KeyboardLoan, *, stays_below: bool) -> None:
        super().__init__(panel)
        self._panel, self._loan, self.stays_below = panel, loan, stays_below
        self.is_here = False
        self._polls_left = 0
        self._poll_timer = QTimer(self, interval=POLL_MS)
        self._poll_timer.timeout.connect(self._poll_focus)
        self._clicked = Timeout(self, self.give_back, CLICK_MS)
        if stays_below:
            panel.setWindowFlag(Qt.WindowType.WindowDoesNotAcceptFocus)
            panel.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)

    def refresh(self) -> None:
        """Ask again whether the keyboard is here: X11 and Qt say so later."""
        if (window := self._panel.windowHandle()) and is_x11():
            self._set_here(has_keyboard(window))

    def note_lender(self) -> None:
        """The mouse comes over the panel, or its shortcut was pressed: whoever has the keyboard now gets it back."""
        self.refresh()
        if not self.is_here:
            self._loan.note_lender(self._panel.windowHandle())

    def take(self) -> None:
        if window := self._panel.windowHandle():
            window.installEventFilter(self)
            self._loan.take(window)
            self._start_polling()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A click into a panel gives it the keyboard, also where no window manager does that."""
        if event.type() == QEvent.Type.MouseButtonPress and not self.is_here and not self.stays_below:
            self.note_lender()
            self.take()
        return super().eventFilter(watched, event)

    def give_back(self) -> None:
        """To the window below, unless the user has moved on to another one."""
        self._clicked.cancel()
        if window := self._panel.windowHandle():
            self._loan.give_back(window)

    def on_activation(self) -> None:
        """Qt says that the panel has become active, or is so no more."""
        here = self._panel.isActiveWindow()
        self._set_here(here)
        if here:
            self._start_polling()
        elif self.stays_below and (window := self._panel.windowHandle()):
            window.setFlag(Qt.WindowType.WindowDoesNotAcceptFocus)

    def _start_polling(self) -> None:
        if not is_x11():
            return  # Qt says at once what happens
        self._polls_left = FOCUS_TIMEOUT_MS // POLL_MS
        self._poll_timer.start()

    def _poll_focus(self) -> None:
        window = self._panel.windowHandle()
        self._set_here(bool(window) and has_keyboard(window))
        if not self.is_here:
            self._polls_left -= 1
            if self._polls_left < 0 or not window:
                self._poll_timer.stop()
        elif not self._clicked.pending and is_click_outside(window):
            self._clicked.start()

    def _set_here(self, here: bool) -> None:
        if here != self.is_here:
            self.is_here = here
            if not here:
                self._clicked.cancel()
            self.changed.emit()
