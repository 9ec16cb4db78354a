"""Text typed key by key, for programs that take no paste: keys that write nothing get the characters for a moment.

Programs read the keyboard's description when the server says that it has changed; a key that comes before that writes
what it wrote before. So as many characters as there are free keys are put there at once, and the keys are pressed a
moment later.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from fanlight.desktop.insertion.key_sender import KeySender
from fanlight.desktop.insertion.keysyms import keysym_of
from fanlight.desktop.xcb import XcbConnection

_NEW_KEYS_MS, _PACE_MS, _KEYS_AT_ONCE = 80, 15, 40
"""Until all programs know the new keys; between groups of keys, which programs with a slow screen need."""
_MOST_KEYS = 60


def runs_of(text: str, most: int) -> list[str]:
    """The text, cut where a part would have more than `most` different characters."""
    runs, run, known = [], "", set[str]()
    for character in text:
        if character not in known and len(known) == most:
            runs.append(run)
            run, known = "", set()
        run += character
        known.add(character)
    return [*runs, run] if run else runs


class KeyTyping(QObject):
    """Types one text as long as `is_there`; `done` is called at its end with whether all was typed."""

    def __init__(
        self,
        connection: XcbConnection,
        sender: KeySender,
        text: str,
        done: Callable[[bool], object],
        is_there: Callable[[], bool],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._connection, self._sender, self._done = connection, sender, done
        self._is_there = is_there
        self._first, self._count = _free_keys(connection)
        self._runs = deque(runs_of(text.replace("\r\n", "\n"), self._count) if self._count else [])
        self._codes: deque[int] = deque()
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._go_on)
        self._timer.start(0)

    def stop(self) -> None:
        """Nothing more is typed, and the keys write nothing again."""
        self._timer.stop()
        self._codes.clear()
        self._runs.clear()
        if self._count:
            self._connection.change_keysyms(self._first, [(0, 0)] * self._count)
            self._connection.flush()
        self.deleteLater()

    def _go_on(self) -> None:
        if self._codes and not self._is_there():
            self.stop()
            self._done(False)
        elif self._codes:
            for _unused in range(min(_KEYS_AT_ONCE, len(self._codes))):
                self._sender.press_codes((self._codes.popleft(),))
            self._timer.start(_PACE_MS if self._codes else _NEW_KEYS_MS)
        elif self._runs:
            self._put_keys(self._runs.popleft())
            self._timer.start(_NEW_KEYS_MS)
        else:
            worked = self._count > 0
            self.stop()
            self._done(worked)

    def _put_keys(self, run: str) -> None:
        """Both levels write the same, so that Shift makes no difference."""
        symbols = list(dict.fromkeys(keysym_of(character) for character in run))
        rows = [(symbol, symbol) for symbol in symbols] + [(0, 0)] * (self._count - len(symbols))
        self._connection.change_keysyms(self._first, rows)
        self._connection.flush()
        self._codes.extend(self._first + symbols.index(keysym_of(character)) for character in run)


def _free_keys(connection: XcbConnection) -> tuple[int, int]:
    """The longest row of neighbouring keys that write nothing: the first code, and how many there are. Raises
    ConnectionError."""
    held = {code for row in connection.modifier_codes() for code in row}
    free = [code for code, row in sorted(connection.keysyms().items()) if not any(row) and code not in held]
    best = (0, 0)
    start = 0
    for i, code in enumerate(free):
        if i and code != free[i - 1] + 1:
            start = i
        if i - start + 1 > best[1]:
            best = (free[start], i - start + 1)
    return best[0], min(best[1], _MOST_KEYS)
