"""The clipboard and the primary selection under Wayland while a text is pasted (ext-data-control-v1, or the wlroots
protocol that it was made of): what other programs have there is kept, and put back afterwards, without a window."""

from __future__ import annotations

import os
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QClipboard, QGuiApplication

from fanlight.desktop.insertion.formats_reading import FormatsReading
from fanlight.desktop.insertion.kept_clipboard import kept_content
from fanlight.desktop.insertion.lent_formats import TEXT_FORMATS, lent_formats
from fanlight.desktop.pipes import PipeWriter
from fanlight.desktop.wayland import WaylandConnection, WaylandEvent

MANAGERS = ("ext_data_control_manager_v1", "zwlr_data_control_manager_v1")
"""The same requests and events, the former first."""
_VERSION = 2
"""From the wlroots protocol's second on there is the primary selection."""
_CREATE_SOURCE, _GET_DEVICE = 0, 1
_SET = {QClipboard.Mode.Clipboard: 0, QClipboard.Mode.Selection: 2}
_NEW_OFFER, _CLIPBOARD, _PRIMARY = 0, 1, 3
_OFFER, _DESTROY_SOURCE, _SEND = 0, 1, 0
_RECEIVE, _DESTROY_OFFER = 0, 1


def manager_of(connection: WaylandConnection) -> str:
    """Its interface; "" where the compositor has none with both selections."""
    wlroots = connection.offers.get(MANAGERS[1], 0) >= _VERSION
    return MANAGERS[0] if MANAGERS[0] in connection.offers else MANAGERS[1] if wlroots else ""


class DataControl(QObject):
    """Both selections of a seat."""

    def __init__(self, connection: WaylandConnection, seat: int, parent: QObject) -> None:
        super().__init__(parent)
        self.connection = connection
        self.manager = connection.bound(manager_of(connection), _VERSION, lambda _event: None)
        self.device = connection.made(self._on_event)
        self._offers: dict[int, list[str]] = {}
        self.selections = {mode: WaylandSelection(self, mode) for mode in _SET}
        connection.request(self.manager, _GET_DEVICE, self.device, seat)

    def close(self) -> None:
        for selection in self.selections.values():
            selection.close()

    def _on_event(self, event: WaylandEvent) -> None:
        if event.code == _NEW_OFFER:
            formats: list[str] = []
            offer = event.word()
            self._offers[offer] = formats
            self.connection.listen(offer, lambda event: formats.append(event.text()))
        elif event.code in (_CLIPBOARD, _PRIMARY):
            number = event.word()
            mode = QClipboard.Mode.Clipboard if event.code == _CLIPBOARD else QClipboard.Mode.Selection
            old = self.selections[mode].show_offer(number, self._offers.pop(number, []))
            if old:
                self.connection.forget(old)
                self.connection.request(old, _DESTROY_OFFER)


class WaylandSelection(QObject):
    """One of the two. What Fanlight puts there is a source, of which the compositor asks the formats."""

    asked = Signal()
    """A program asks for the text."""
    lost = Signal()
    """Somebody has put something else there while the text was lent."""

    def __init__(self, control: DataControl, mode: QClipboard.Mode) -> None:
        super().__init__(control)
        self._control, self._connection, self._mode = control, control.connection, mode
        self._offer, self._formats = 0, list[str]()
        """What is there, of any program."""
        self._source, self._served = 0, dict[str, bytes]()
        """What Fanlight has put there; 0: somebody else has."""
        self._kept: dict[str, bytes] | None = None
        """Of what others have put there; None: not read yet, or something else is there now."""
        self._lent = False
        self._then: list[Callable[[], object]] = []
        self._reading: FormatsReading | None = None

    def show_offer(self, offer: int, formats: list[str]) -> int:
        """What is there now; returns the offer of before."""
        old, self._offer, self._formats = self._offer, offer, formats
        if not self._source and not self._reading:
            self._kept = None
        return old

    def keep(self, then: Callable[[], object]) -> None:
        """Read what is there, unless it is known already; `then` is called after that."""
        if self._source and not self._lent:
            self._kept = self._served  # it was put back before
        if self._lent or self._kept is not None:
            then()
            return
        clipboard = QGuiApplication.clipboard()
        own = clipboard.ownsSelection() if self._mode is QClipboard.Mode.Selection else clipboard.ownsClipboard()
        if own:  # Qt would wait for the reader, which is this thread
            mime = kept_content(clipboard, self._mode)
            self._kept = {name: bytes(mime.data(name).data()) for name in mime.formats()} if mime is not None else {}
            then()
            return
        self._then.append(then)
        if self._reading is None:
            self._reading = FormatsReading(self._formats, self._open, self._on_kept, self)
            self._reading.read()

    def lend(self, text: str, then: Callable[[], object]) -> None:
        """Put the text there; `then` is called when it is."""
        self.keep(lambda: self._lend(text, then))

    def give_back(self) -> None:
        """What was there before, unless somebody has put something there meanwhile."""
        if self._lent:
            self._lent = False
            self._put(self._kept or {})

    def close(self) -> None:
        self._then.clear()
        if self._reading is not None:
            self._reading.close()
            self._reading = None

    def _open(self, name: str, opened: Callable[[int | None], None]) -> None:
        if not self._offer:
            opened(None)
            return
        reading, writing = os.pipe2(os.O_CLOEXEC)
        self._connection.request(self._offer, _RECEIVE, name, descriptor=writing)
        os.close(writing)
        opened(reading)

    def _on_kept(self, formats: dict[str, bytes]) -> None:
        self._kept, self._reading = formats, None
        then, self._then = self._then, []
        for each in then:
            each()

    def _lend(self, text: str, then: Callable[[], object]) -> None:
        self._lent = True
        self._put(lent_formats(text))
        then()

    def _put(self, formats: dict[str, bytes]) -> None:
        """The compositor cancels the source before this one."""
        self._source, self._served = 0, formats
        if formats:
            source = self._source = self._connection.made(lambda event: self._on_source(source, formats, event))
            self._connection.request(self._control.manager, _CREATE_SOURCE, source)
            for name in formats:
                self._connection.request(source, _OFFER, name)
        self._connection.request(self._control.device, _SET[self._mode], self._source)

    def _on_source(self, source: int, formats: dict[str, bytes], event: WaylandEvent) -> None:
        if event.code == _SEND:
            name, descriptor = event.text(), event.descriptor()
            if self._lent and source == self._source and name in TEXT_FORMATS:
                self.asked.emit()
            PipeWriter(descriptor, formats.get(name, b""), lambda _whole: None, self)
            return
        self._connection.forget(source)
        self._connection.request(source, _DESTROY_SOURCE)
        if source == self._source:
            self._source, self._kept = 0, None
            if self._lent:
                self._lent = False
                self.lost.emit()
