"""Which window has the keyboard, where the compositor tells it (wlr-foreign-toplevel-management)."""

from __future__ import annotations

from dataclasses import dataclass

from fanlight.desktop.wayland import WaylandConnection, WaylandEvent

TOPLEVELS = "zwlr_foreign_toplevel_manager_v1"
_TOPLEVEL = 0
_APP_ID, _STATE, _CLOSED = 1, 4, 6
_DESTROY = 7
_ACTIVATED = 2
_ANSWER_SECONDS = 0.2


@dataclass(slots=True)
class Toplevel:
    """`number` is never used again; the compositor's own is. `program` is in lower case."""

    number: int
    program: str = ""
    active: bool = False


class ActiveWindow:
    def __init__(self, connection: WaylandConnection) -> None:
        self._connection = connection
        self._windows: dict[int, Toplevel] = {}
        self._count = 0
        connection.bound(TOPLEVELS, 1, self._on_manager)

    def now(self) -> Toplevel | None:
        """None where no window has it, or the compositor does not answer."""
        self._connection.round_trip(_ANSWER_SECONDS)
        return next((one for one in self._windows.values() if one.active), None)

    def _on_manager(self, event: WaylandEvent) -> None:
        if event.code == _TOPLEVEL:
            number = event.word()
            self._count += 1
            self._windows[number] = Toplevel(self._count)
            self._connection.listen(number, lambda event: self._on_window(number, event))

    def _on_window(self, number: int, event: WaylandEvent) -> None:
        window = self._windows[number]
        if event.code == _APP_ID:
            window.program = event.text().lower()
        elif event.code == _STATE:
            window.active = _ACTIVATED in event.words()
        elif event.code == _CLOSED:
            del self._windows[number]
            self._connection.forget(number)
            self._connection.request(number, _DESTROY)
