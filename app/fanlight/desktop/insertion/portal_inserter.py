"""Inserts text by the desktop's portal: the clipboard and the paste key, or key by key where it lends no clipboard.

insert -> the session is open -> (the hotkey's modifiers are up) -> the clipboard is lent, the paste key pressed
       -> a program asks for the text -> it asks for nothing more -> the clipboard is put back -> ended
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication

from fanlight import paths
from fanlight.desktop.insertion.backend import InsertionEnded, InsertionOutcome, InsertionPlace, InsertionRequest
from fanlight.desktop.insertion.command_inserter import LET_GO_MS
from fanlight.desktop.insertion.keysyms import CONTROL_L, RETURN, keysym_of
from fanlight.desktop.insertion.portal_clipboard import PortalClipboard
from fanlight.desktop.insertion.remote_desktop import RemoteDesktopSession

TOKEN_FILE = "portal-typing.token"
"""In Fanlight's folder."""
TAKEN_MS, QUIET_MS = 5_000, 300
"""As on X11: a program that does not ask for the text in this time takes no paste; some ask twice."""
MANAGERS_MS = 40
"""Clipboard managers ask for a new content at once: they are let go first."""
_PACE_MS, _KEYS_AT_ONCE = 15, 20


class PortalInserter(QObject):
    """A `TextInserter` that cannot see who has the keyboard, Fanlight itself aside."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._session = RemoteDesktopSession(paths.home() / TOKEN_FILE, self)
        self.permission = self._session.permission
        self._clipboard = PortalClipboard(self._session, self)
        self._clipboard.asked.connect(self._on_asked)
        self._clipboard.lost.connect(self._on_lost)
        self._session.closed.connect(lambda: self._finish(InsertionOutcome.UNAVAILABLE))
        self._request: InsertionRequest | None = None
        self._ended: InsertionEnded | None = None
        self._text_lent = False
        self._keysyms: deque[int] = deque()
        self._let_go = self._timer(LET_GO_MS, self._begin)
        self._press_soon = self._timer(MANAGERS_MS, self._press_paste)
        self._untaken = self._timer(TAKEN_MS, self._on_untaken)
        self._quiet = self._timer(QUIET_MS, self._on_taken)
        self._next_keys = self._timer(_PACE_MS, self._type_next)

    def _timer(self, milliseconds: int, slot: Callable[[], object]) -> QTimer:
        timer = QTimer(self, interval=milliseconds, singleShot=True)
        timer.timeout.connect(slot)
        return timer

    def place(self) -> InsertionPlace:
        return InsertionPlace(own=QGuiApplication.focusWindow() is not None)

    def prepare(self) -> None:
        """Open the session where the desktop has allowed it, and read what is on the clipboard."""

        def opened(works: bool) -> None:
            if works and self._session.has_clipboard:
                self._clipboard.keep(lambda: None)

        self._session.open(opened)

    def insert(self, request: InsertionRequest, ended: InsertionEnded) -> None:
        self._stop()
        self._request, self._ended = request, ended
        self._let_go.start()

    def cancel(self) -> bool:
        taken = self._quiet.isActive()
        self._stop()
        self._request = self._ended = None
        return taken

    def can_undo(self, place: InsertionPlace) -> bool:  # noqa: ARG002
        return False  # it may be a terminal

    def undo(self, place: InsertionPlace) -> bool:  # noqa: ARG002
        return False

    def close(self) -> None:
        self.cancel()
        self._clipboard.close()
        self._session.close()

    # The steps.

    def _begin(self) -> None:
        request = self._request
        if self.place().own:
            self._finish(InsertionOutcome.MOVED)
        else:
            self._session.open(lambda works: self._on_opened(works) if self._request is request else None)

    def _on_opened(self, works: bool) -> None:
        request = self._request
        if request is None:
            return
        if not works:
            self._finish(InsertionOutcome.UNAVAILABLE)
        elif self._session.has_clipboard:
            self._text_lent = True
            self._clipboard.lend(request.text, lambda there: self._on_lent(request, there))
        elif not request.text.isascii():
            self._finish(InsertionOutcome.UNAVAILABLE)  # keys that the layout lacks are lost without a word
        else:
            self._keysyms.extend(keysym_of(one) for one in request.text.replace("\r\n", "\n"))
            self._type_next()

    def _on_lent(self, request: InsertionRequest, there: bool) -> None:
        if self._request is not request:
            return
        if there:
            self._press_soon.start()
        else:
            self._finish(InsertionOutcome.UNAVAILABLE)

    def _press_paste(self) -> None:
        self._untaken.start()
        self._clipboard.paste_begins()
        self._press(CONTROL_L, keysym_of("v"))

    def _press(self, *keysyms: int) -> None:
        for keysym in keysyms:
            self._session.press(keysym, True)
        for keysym in reversed(keysyms):
            self._session.press(keysym, False)

    def _on_asked(self) -> None:
        if self._request is not None:
            self._untaken.stop()
            self._quiet.start()

    def _on_untaken(self) -> None:
        """It may ask later: the text stays there."""
        if self._ended is not None:
            self._ended(InsertionOutcome.NOT_TAKEN)

    def _on_lost(self) -> None:
        self._text_lent = False
        if self._request is not None and not self._quiet.isActive():
            self._finish(InsertionOutcome.NOT_TAKEN)

    def _on_taken(self) -> None:
        if self._request is not None and self._request.enter:
            self._press(RETURN)
        self._finish(InsertionOutcome.INSERTED)

    def _type_next(self) -> None:
        if self._keysyms and self.place().own:
            self._finish(InsertionOutcome.MOVED)
            return
        for _unused in range(min(_KEYS_AT_ONCE, len(self._keysyms))):
            self._press(self._keysyms.popleft())
        if self._keysyms:
            self._next_keys.start()
        else:
            self._on_taken()

    def _finish(self, outcome: InsertionOutcome) -> None:
        ended, self._request, self._ended = self._ended, None, None
        self._stop()
        if ended is not None:
            ended(outcome)

    def _stop(self) -> None:
        for timer in (self._let_go, self._press_soon, self._untaken, self._quiet, self._next_keys):
            timer.stop()
        self._keysyms.clear()
        if self._text_lent:
            self._text_lent = False
            self._clipboard.give_back()
