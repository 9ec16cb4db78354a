"""Inserts text by the desktop's portal: the clipboard and the paste key, or key by key where it lends no clipboard.

insert -> the session is open -> (the hotkey's modifiers are up) -> the clipboard is lent, the paste key pressed
       -> a program asks for the text -> it asks for nothing more -> the clipboard is put back -> ended
"""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QObject

from fanlight import paths
from fanlight.desktop.insertion import insertion_run
from fanlight.desktop.insertion.backend import InsertionOutcome, InsertionRequest
from fanlight.desktop.insertion.blind_inserter import BlindInserter
from fanlight.desktop.insertion.insertion_run import PasteRun
from fanlight.desktop.insertion.keysyms import CONTROL_L, RETURN, keysym_of
from fanlight.desktop.insertion.portal_clipboard import PortalClipboard
from fanlight.desktop.insertion.remote_desktop import RemoteDesktopSession

TOKEN_FILE = "portal-typing.token"
"""In Fanlight's folder."""
_PACE_MS, _KEYS_AT_ONCE = 15, 20


class PortalInserter(BlindInserter):
    """A `TextInserter`."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._run: PasteRun = PasteRun(self, self)
        self._session = RemoteDesktopSession(paths.home() / TOKEN_FILE, self)
        self.permission = self._session.permission
        self._clipboard = PortalClipboard(self._session, self)
        self._clipboard.asked.connect(self._run.on_read)
        self._clipboard.lost.connect(self._on_lost)
        self._session.closed.connect(lambda: self._run.finish(InsertionOutcome.UNAVAILABLE))
        self._text_lent = False
        self._keysyms: deque[int] = deque()
        self._next_keys = self._timer(_PACE_MS, self._type_next)

    def prepare(self) -> None:
        """Open the session where the desktop has allowed it, and read what is on the clipboard."""

        def opened(works: bool) -> None:
            if works and self._session.has_clipboard:
                self._clipboard.keep(lambda: None)

        self._session.open(opened)

    def cancel(self) -> bool:
        return self._run.cancel()

    def close(self) -> None:
        self.cancel()
        self._clipboard.close()
        self._session.close()

    # The steps.

    def _insert(self, request: InsertionRequest) -> None:
        self._session.open(lambda works: self._on_opened(request, works))

    def _on_opened(self, request: InsertionRequest, works: bool) -> None:
        if self._run.request is not request:
            return
        if not works:
            self._run.finish(InsertionOutcome.UNAVAILABLE)
        elif self._session.has_clipboard:
            self._text_lent = True
            self._clipboard.lend(request.text, lambda there: self._on_lent(request, there))
        elif not request.text.isascii():
            self._run.finish(InsertionOutcome.UNAVAILABLE)  # keys that the layout lacks are lost without a word
        else:
            self._keysyms.extend(keysym_of(one) for one in request.text.replace("\r\n", "\n"))
            self._type_next()

    def _on_lent(self, request: InsertionRequest, there: bool) -> None:
        if self._run.request is not request:
            return
        if there:
            self._run.lent()
            self._run.press_soon(insertion_run.READERS_MS)
        else:
            self._run.finish(InsertionOutcome.UNAVAILABLE)

    def press_paste(self) -> None:
        self._press(CONTROL_L, keysym_of("v"))

    def press_enter(self) -> None:
        self._press(RETURN)

    def _press(self, *keysyms: int) -> None:
        for keysym in keysyms:
            self._session.press(keysym, True)
        for keysym in reversed(keysyms):
            self._session.press(keysym, False)

    def _on_lost(self) -> None:
        self._text_lent = False
        self._run.on_lost()

    def _type_next(self) -> None:
        if self._keysyms and self.place().own:
            self._run.finish(InsertionOutcome.MOVED)
            return
        for _unused in range(min(_KEYS_AT_ONCE, len(self._keysyms))):
            self._press(self._keysyms.popleft())
        if self._keysyms:
            self._next_keys.start()
        else:
            self._on_typed()

    def _on_typed(self) -> None:
        if self._run.request is not None and self._run.request.enter:
            self.press_enter()
        self._run.finish(InsertionOutcome.INSERTED)

    def stop(self) -> None:
        self._let_go.stop()
        self._next_keys.stop()
        self._keysyms.clear()
        if self._text_lent:
            self._text_lent = False
            self._clipboard.give_back()
