"""The clipboard of a RemoteDesktop session while a text is pasted: what is on it is kept, and put back afterwards.

A session says which formats it has; the desktop asks for the content of one when a program does. It does not say which
program: clipboard managers ask, too, mostly as soon as the clipboard changes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from fanlight.desktop.bus import PORTAL_PATH, BusSignal
from fanlight.desktop.bus_calls import BusError, Reply
from fanlight.desktop.insertion.formats_reading import FormatsReading, Opened
from fanlight.desktop.insertion.lent_formats import TEXT_FORMATS, lent_formats
from fanlight.desktop.insertion.remote_desktop import CLIPBOARD, RemoteDesktopSession
from fanlight.desktop.pipes import PipeWriter
from fanlight.desktop.portal_request import plain

FIRST_MS = 150
"""How long a new session is waited for to say what is on the clipboard."""


class PortalClipboard(QObject):
    asked = Signal()
    """A program asks for the text."""
    lost = Signal()
    """Somebody has put something else there while the text was lent."""

    def __init__(self, session: RemoteDesktopSession, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._formats: list[str] = []
        """Of what others have put there."""
        self._kept: dict[str, bytes] | None = None
        """None: not read yet, or something else is there now."""
        self._then: list[Callable[[], object]] = []
        self._reading: FormatsReading | None = None
        self._served: dict[str, bytes] = {}
        self._lent = self._owned = False
        self._told = False
        """The desktop has said what is there; an empty clipboard may be no news."""
        self._first = QTimer(self, interval=FIRST_MS, singleShot=True)
        self._first.timeout.connect(self._begin_reading)
        session.made.connect(self._watch)

    def _watch(self) -> None:
        """Before the session starts: the first signal says what is there."""
        self._formats, self._kept, self._served = [], None, {}
        self._lent = self._owned = self._told = False
        if (bus := self._session.bus) is not None:
            bus.listen(PORTAL_PATH, CLIPBOARD, "SelectionOwnerChanged", self._on_owner_changed)
            bus.listen(PORTAL_PATH, CLIPBOARD, "SelectionTransfer", self._on_transfer)

    def keep(self, then: Callable[[], object]) -> None:
        """Read what is there, unless it is known already; `then` is called after that."""
        if self._kept is not None or self._lent:
            then()
            return
        self._then.append(then)
        if self._told:
            self._begin_reading()
        elif not self._first.isActive():
            self._first.start()

    def lend(self, text: str, then: Callable[[bool], object]) -> None:
        """Put the text there; `then` is called with whether it is."""
        self.keep(lambda: self._lend(text, then))

    def give_back(self) -> None:
        """What was there before, unless somebody has put something there meanwhile."""
        if not self._lent:
            return
        self._lent = self._owned = False
        self._served = self._kept or {}
        self._set_selection(list(self._served), lambda _answer: None)

    def close(self) -> None:
        self._first.stop()
        self._then.clear()
        if self._reading is not None:
            self._reading.close()
            self._reading = None

    # Reading.

    def _begin_reading(self) -> None:
        self._told = True
        self._first.stop()
        if self._then and self._reading is None:
            self._kept = {}
            self._reading = FormatsReading(self._formats, self._open, self._on_kept, self)
            self._reading.read()

    def _open(self, name: str, opened: Opened) -> None:
        def on_reply(answer: Reply | BusError) -> None:
            opened(None if isinstance(answer, BusError) else answer.body[0].to_raw_fd())

        self._session.call(CLIPBOARD, "SelectionRead", "os", (self._session.path, name), on_reply)

    def _on_kept(self, formats: dict[str, bytes]) -> None:
        if self._kept is not None:
            self._kept = formats
        self._reading = None
        then, self._then = self._then, []
        for each in then:
            each()

    # Writing.

    def _lend(self, text: str, then: Callable[[bool], object]) -> None:
        self._served = lent_formats(text)
        self._lent, self._owned = True, False

        def on_set(answer: Reply | BusError) -> None:
            self._owned = isinstance(answer, Reply)
            then(self._owned)

        self._set_selection(list(self._served), on_set)

    def _set_selection(self, formats: list[str], then: Callable[[Reply | BusError], None]) -> None:
        body = (self._session.path, {"mime_types": ("as", formats)})
        self._session.call(CLIPBOARD, "SetSelection", "oa{sv}", body, then)

    def _on_transfer(self, signal: BusSignal) -> None:
        path, name, serial = signal.body
        if path != self._session.path:
            return
        content, body = self._served.get(name, b""), (path, serial)
        if self._lent and name in TEXT_FORMATS:
            self.asked.emit()
        self._session.call(
            CLIPBOARD, "SelectionWrite", "ou", body, lambda answer: self._on_write_begun(serial, content, answer)
        )  # fmt: skip

    def _on_write_begun(self, serial: int, content: bytes, answer: Reply | BusError) -> None:
        if isinstance(answer, BusError):
            return

        def on_written(whole: bool) -> None:
            self._session.call(CLIPBOARD, "SelectionWriteDone", "oub", (self._session.path, serial, whole))

        PipeWriter(answer.body[0].to_raw_fd(), content, on_written, self)

    def _on_owner_changed(self, signal: BusSignal) -> None:
        path, details = signal.body
        about: dict[str, Any] = plain(details)
        if path != self._session.path or about.get("session_is_owner"):
            return
        formats = about.get("mime_types", [])
        # WORKAROUND xdg-desktop-portal-gnome wraps the list in a structure of one. Remove when none in use does.
        self._formats = list(formats[0] if isinstance(formats, tuple) else formats)
        if self._lent and not self._owned:
            return  # of before
        self._kept = None
        if self._lent:
            self._lent = self._owned = False
            self.lost.emit()
        self._begin_reading()
