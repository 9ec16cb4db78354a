"""Where another program's text cursor is, as that program tells screen readers (AT-SPI 2).

    the session bus -> the accessibility bus -> the program with that process -> its active window -> the widget that
    has the keyboard -> the character at its cursor

Programs answer where they take part: GTK 3 always, others mostly while a screen reader runs. Nothing is started for it,
nothing is watched: the program is asked when somebody begins to dictate. Interfaces: at-spi2-core, xml/*.xml.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject

from fanlight.desktop import bus
from fanlight.desktop.bus import DAEMON, DAEMON_PATH, Bus
from fanlight.desktop.bus_calls import BusError, Reply

log = logging.getLogger(__name__)

LAUNCHER, LAUNCHER_PATH = "org.a11y.Bus", "/org/a11y/bus"
REGISTRY, ROOT = "org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root"
ACCESSIBLE, TEXT, COMPONENT = "org.a11y.atspi.Accessible", "org.a11y.atspi.Text", "org.a11y.atspi.Component"
PROPERTIES = "org.freedesktop.DBus.Properties"
_ACTIVE, _FOCUSED, _SHOWING = 1 << 1, 1 << 12, 1 << 25
"""In the first word of a widget's states."""
_SCREEN = 0
"""Coordinates of the whole desktop."""
_MOST_CALLS, _MOST_CHILDREN = 600, 60
CALL_SECONDS = 0.5

Box = tuple[int, int, int, int]
"""Left, top, width, height, in device pixels."""
Found = Callable[[Box | None], object]
_Widget = tuple[str, str]


class CaretFinder(QObject):
    """`find` calls back once, unless the next `find` comes first."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._session: Bus | None = None
        self._bus: Bus | None = None
        self._search: _Search | None = None

    def find(self, process: int, found: Found) -> None:
        """`found` gets the place of the cursor in the program with that process; None where it is not told."""
        self.cancel()
        search = self._search = _Search(process, found)
        try:
            if self._bus is not None and self._bus.is_open:
                search.begin(self._bus)
                return
            if self._session is None or not self._session.is_open:
                self._session = Bus(bus.address(), parent=self)
        except BusError as error:
            log.debug("no accessibility: %s", error)
            search.end(None)
            return
        self._session.call(
            DAEMON, DAEMON_PATH, DAEMON, "NameHasOwner", "s", (LAUNCHER,),
            lambda answer: self._on_owned(search, answer), CALL_SECONDS,
        )  # fmt: skip

    def cancel(self) -> None:
        if self._search is not None:
            self._search.over = True
            self._search = None

    def close(self) -> None:
        self.cancel()
        for each in (self._bus, self._session):
            if each is not None:
                each.close()

    def _on_owned(self, search: _Search, answer: Reply | BusError) -> None:
        if search.over or self._session is None:
            return
        if isinstance(answer, BusError) or not answer.body[0]:
            search.end(None)
            return
        self._session.call(
            LAUNCHER, LAUNCHER_PATH, LAUNCHER, "GetAddress", None, (),
            lambda answer: self._on_address(search, answer), CALL_SECONDS,
        )  # fmt: skip

    def _on_address(self, search: _Search, answer: Reply | BusError) -> None:
        if search.over:
            return
        try:
            if isinstance(answer, BusError):
                raise answer
            self._bus = Bus(str(answer.body[0]), parent=self)
        except BusError as error:
            log.debug("no accessibility: %s", error)
            search.end(None)
        else:
            search.begin(self._bus)


class _Search:
    """One, breadth first, in as many calls at a time as there are widgets."""

    def __init__(self, process: int, found: Found) -> None:
        self._process, self._found = process, found
        self.over = False
        self._bus: Bus | None = None
        self._open = 0
        """Calls without a reply."""
        self._left = _MOST_CALLS

    def begin(self, bus: Bus) -> None:
        self._bus = bus
        self._ask((REGISTRY, ROOT), ACCESSIBLE, "GetChildren", None, (), self._on_programs)

    def end(self, box: Box | None) -> None:
        if not self.over:
            self.over = True
            self._found(box)

    def _ask(
        self, widget: _Widget, interface: str, member: str, signature: str | None, body: tuple[Any, ...],
        then: Callable[[Any], None],
    ) -> None:  # fmt: skip
        """`then` gets the first value of the reply; it is not called for an error."""
        if self.over or self._bus is None or not self._left:
            return
        self._left -= 1
        self._open += 1

        def on_answer(answer: Reply | BusError) -> None:
            self._open -= 1
            if self.over:
                return
            if isinstance(answer, Reply):
                then(answer.body[0] if len(answer.body) == 1 else answer.body)
            if not self._open:
                self.end(None)

        name, path = widget
        self._bus.call(name, path, interface, member, signature, body, on_answer, CALL_SECONDS)

    def _on_programs(self, programs: list[_Widget]) -> None:
        for name, path in programs:
            self._ask(
                (DAEMON, DAEMON_PATH), DAEMON, "GetConnectionUnixProcessID", "s", (name,),
                partial(self._on_process, (name, path)),
            )  # fmt: skip

    def _on_process(self, program: _Widget, process: int) -> None:
        if process == self._process:
            self._ask(program, ACCESSIBLE, "GetChildren", None, (), lambda windows: self._on_children(windows, _ACTIVE))

    def _on_children(self, children: list[_Widget], wanted: int = _SHOWING) -> None:
        for name, path in children[:_MOST_CHILDREN]:
            self._ask(
                (name, path), ACCESSIBLE, "GetState", None, (),
                partial(self._on_states, (name, path), wanted),
            )  # fmt: skip

    def _on_states(self, widget: _Widget, wanted: int, states: list[int]) -> None:
        if states[0] & _FOCUSED:
            self._ask(
                widget, PROPERTIES, "Get", "ss", (TEXT, "CaretOffset"),
                lambda value: self._on_offset(widget, int(value[1])),
            )  # fmt: skip
        if states[0] & wanted:
            self._ask(widget, ACCESSIBLE, "GetChildren", None, (), self._on_children)

    def _on_offset(self, widget: _Widget, offset: int) -> None:
        if offset >= 0:
            self._ask(
                widget, TEXT, "GetCharacterExtents", "iu", (offset, _SCREEN),
                lambda box: self._on_character(widget, offset, box),
            )  # fmt: skip

    def _on_character(self, widget: _Widget, offset: int, box: Box) -> None:
        """Behind the last character there is none: the end of the one before it, or the field."""
        if box[3] > 0 and box[:2] != (0, 0):
            self.end((box[0], box[1], 1, box[3]))
        elif offset > 0:
            self._ask(
                widget, TEXT, "GetCharacterExtents", "iu", (offset - 1, _SCREEN),
                lambda before: self._on_last_character(widget, before),
            )  # fmt: skip
        else:
            self._ask(widget, COMPONENT, "GetExtents", "u", (_SCREEN,), self._on_field)

    def _on_last_character(self, widget: _Widget, box: Box) -> None:
        if box[3] > 0 and box[:2] != (0, 0):
            self.end((box[0] + box[2], box[1], 1, box[3]))
        else:
            self._ask(widget, COMPONENT, "GetExtents", "u", (_SCREEN,), self._on_field)

    def _on_field(self, box: Box) -> None:
        """Its upper left corner, as high as a line of text."""
        self.end((box[0], box[1], 1, min(box[3], 24)) if box[3] > 0 else None)
