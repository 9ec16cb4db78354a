"""X11: a passive grab of the key on Qt's own connection.

Only the combinations that were bound reach Fanlight, and no other program receives them. On Qt's connection, because a
release must also arrive while one of Fanlight's windows has grabbed the keyboard: the server then sends it to that
window, so press and release are matched by key code, never by window. Auto-repeat is recognized by time (see
`HeldKeys`), not by XkbSetDetectableAutoRepeat: that holds for the whole connection, and Qt's own key events would not
say `isAutoRepeat` any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from fanlight.desktop import xcb
from fanlight.desktop.hotkeys import key_events
from fanlight.desktop.hotkeys.backend import HotkeySink
from fanlight.desktop.hotkeys.combination import Combination
from fanlight.desktop.hotkeys.keymap import Keymap, Keys
from fanlight.desktop.session import is_wayland
from fanlight.domain.desktop_errors import HotkeyTaken, HotkeyUnavailable
from fanlight.i18n import N_, _

name = "x11"
needs = N_("An X11 session. Under Wayland, X11 programs receive only keys that are typed into X11 windows.")
binds_keys, picks_combination, asks_permission, lends_keys = True, True, False, True

REPEAT_MS = 5
"""Auto-repeat sends release and press together: how long the press is waited for."""
POLL_MS = 150
"""How often a held key is polled: a release can be lost, to a lock screen or another console."""
SETTLE_MS = 60
"""A new layout comes as a burst of events."""


def is_available() -> bool:
    return xcb.is_x11() and not is_wayland()


def describe(command: str) -> str:  # noqa: ARG001
    return _("The X server passes this one key to Fanlight, which reads no other.")


def start(sink: HotkeySink) -> X11Hotkeys:
    application = QGuiApplication.instance()
    assert isinstance(application, QGuiApplication)
    try:
        return X11Hotkeys(xcb.qt_connection(), sink, application)
    except (OSError, ConnectionError) as error:
        raise HotkeyUnavailable(_("The X server's keys cannot be used: {reason}.").format(reason=error)) from error


@dataclass
class _Bound:
    combination: Combination
    keys: Keys | None


class X11Hotkeys(QObject):
    def __init__(self, connection: xcb.XcbConnection, sink: HotkeySink, application: QGuiApplication) -> None:
        super().__init__(application)
        self._connection, self._sink = connection, sink
        self._keymap = Keymap(connection)
        self._bound: dict[str, _Bound] = {}
        self._held = HeldKeys(connection, sink, self)
        self._settle = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._settle.timeout.connect(self._map_again)
        self._filter = _KeyEventFilter(self, connection.first_event("XKEYBOARD"))
        application.installNativeEventFilter(self._filter)

    def bind(self, name: str, combination: Combination) -> None:
        keys = self._keymap.find(combination)
        if keys is None:
            raise HotkeyUnavailable(_("This keyboard has no key for {key}.").format(key=combination.shown))
        if not self._grab(keys):
            raise HotkeyTaken(combination.shown)
        self._bound[name] = _Bound(combination, keys)
        self._held.expect(keys.codes)

    def unbind(self, name: str) -> None:
        """A key that is down stays grabbed until it is up: the server ends a grab that a press has activated only at
        the release, even if it is ungrabbed before."""
        if bound := self._bound.pop(name, None):
            self._let_go(bound.keys)
            self._held.forget(name)

    def is_free(self, combination: Combination) -> bool:
        keys = self._keymap.find(combination)
        if keys is None or not self._grab(keys):
            return False
        self._let_go(keys)
        return True

    def trigger(self, name: str) -> str:
        return self._bound[name].combination.shown if name in self._bound else ""

    def close(self) -> None:
        for name in tuple(self._bound):
            self.unbind(name)
        self._settle.stop()
        if application := QGuiApplication.instance():
            application.removeNativeEventFilter(self._filter)

    def filter_key(self, event: key_events.KeyEvent) -> bool:
        """Whether the event is a bound key's, whichever window it was sent to: Qt then drops it."""
        if self._held.follow(event):
            return True
        if event.down:
            for name, bound in self._bound.items():
                if bound.keys and (bound.keys.match(event.code, event.state) or self._is_beside(bound, event)):
                    self._held.press(name, event)
                    return True
        return False

    def _is_beside(self, bound: _Bound, event: key_events.KeyEvent) -> bool:
        """A key that is bound alone, pressed while another one is held: all keys come here then, with the modifiers of
        that one."""
        alone = bound.combination.modifiers == Qt.KeyboardModifier.NoModifier
        return alone and bound.keys is not None and event.code in bound.keys.codes and self._held.holds

    def on_keyboard_changed(self) -> None:
        self._settle.start()

    def _map_again(self) -> None:
        """Other keys may produce the bound combinations now: grab those, and ungrab the old ones."""
        self._keymap = Keymap(self._connection)
        moved = {name: it for name, it in self._bound.items() if it.keys != self._keymap.find(it.combination)}
        for bound in moved.values():
            self._let_go(bound.keys)
        for name, bound in moved.items():
            bound.keys = self._keymap.find(bound.combination)
            if bound.keys is not None and not self._grab(bound.keys):
                del self._bound[name]
                self._sink.on_refused(name, HotkeyTaken(bound.combination.shown))

    def _grab(self, keys: Keys) -> bool:
        for i, code in enumerate(keys.codes):
            if not self._connection.grab_key(code, keys.masks):
                for granted in keys.codes[:i]:
                    self._connection.ungrab_key(granted, keys.masks)
                return False
        return True

    def _let_go(self, keys: Keys | None) -> None:
        if keys is None:
            return
        for code in keys.codes:
            self._connection.ungrab_key(code, keys.masks)


class HeldKeys(QObject):
    """Tracks the keys that are down and detects their real release.

    A held key repeats as release and press with one time stamp. So a release counts when no such press follows and the
    server reports the key as up, or when a press with a later time stamp follows. The server's report may overtake
    events that are still unread: those are recognized by the number of the request, and are no new press.
    """

    def __init__(self, connection: xcb.XcbConnection, sink: HotkeySink, parent: QObject) -> None:
        super().__init__(parent)
        self._connection, self._sink = connection, sink
        self._names: dict[int, str | None] = {}
        """None: this key is no longer reported, or never was."""
        self._released_at: dict[int, int] = {}
        self._up_at: dict[int, int] = {}
        """The number of the request that found the key up."""
        self._soon = QTimer(self, interval=REPEAT_MS, singleShot=True)
        self._soon.timeout.connect(self.poll)
        self._poll = QTimer(self, interval=POLL_MS)
        self._poll.timeout.connect(self.poll)

    @property
    def holds(self) -> bool:
        """Whether a bound key is down."""
        return any(name is not None for name in self._names.values())

    def press(self, name: str, event: key_events.KeyEvent) -> None:
        self._names[event.code] = name
        self._released_at.pop(event.code, None)
        self._poll.start()
        self._sink.on_key_down(name)

    def expect(self, codes: Iterable[int]) -> None:
        """These codes are bound now: events of one that is already down are repeats, not presses."""
        for code in self._connection.keys_down().codes.intersection(codes):
            self._names.setdefault(code, None)
            self._poll.start()

    def follow(self, event: key_events.KeyEvent) -> bool:
        """Whether it was an event of a key that is held, and no new press."""
        held = event.code in self._names
        if not held and not self._is_old(event):
            return False
        if not event.down:
            self._released_at[event.code] = event.time
            if held:
                self._soon.start()
            return True
        released = self._released_at.pop(event.code, None)
        if released is None or released == event.time:
            return True
        if held:
            self._release(event.code)
        return False

    def forget(self, name: str) -> None:
        for code, held in self._names.items():
            if held == name:
                self._names[code] = None

    def _is_old(self, event: key_events.KeyEvent) -> bool:
        up_at = self._up_at.get(event.code)
        return up_at is not None and key_events.is_before(event.after, up_at)

    def poll(self) -> None:
        """Find the held keys that are up; called every POLL_MS while one is held, and soon after a release."""
        if not self._names:
            return
        down = self._connection.keys_down()
        for code in self._names.keys() - down.codes:
            self._up_at[code] = down.number
            self._release(code)

    def _release(self, code: int) -> None:
        name = self._names.pop(code)
        if not self._names:
            self._poll.stop()
        if name is not None:
            self._sink.on_key_up(name)


class _KeyEventFilter(QAbstractNativeEventFilter):
    """Reads one byte of each X event, and more only of key events."""

    def __init__(self, owner: X11Hotkeys, xkb_event: int) -> None:
        super().__init__()
        self._owner, self._xkb_event = owner, xkb_event or key_events.MAPPING_NOTIFY

    def nativeEventFilter(self, _kind: QByteArray | bytes | bytearray | memoryview, message: int) -> tuple[bool, int]:
        address = int(message)
        number = key_events.event_number(address)
        if number in (key_events.KEY_PRESS, key_events.KEY_RELEASE):
            return self._owner.filter_key(key_events.key_event(address)), 0
        if number == key_events.MAPPING_NOTIFY or (
            number == self._xkb_event and key_events.xkb_event_kind(address) <= 1
        ):
            self._owner.on_keyboard_changed()
        return False, 0
