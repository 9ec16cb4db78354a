"""`python hotkey_child.py`: a program without a window that binds "shot". Says which backend it uses, then a line for
each thing heard; a line on stdin says what to do."""

from __future__ import annotations

import sys
import time

from PySide6.QtCore import QSocketNotifier, Qt
from PySide6.QtWidgets import QApplication, QWidget

from fanlight.desktop.hotkeys import Hotkeys
from fanlight.domain.desktop_errors import HotkeyError, HotkeyTaken


class Child:
    def __init__(self) -> None:
        self.hotkeys = Hotkeys()
        self.hotkeys.key_pressed.connect(lambda name: self.say("pressed", name))
        self.hotkeys.key_released.connect(lambda name: self.say("released", name))
        self.hotkeys.binding_failed.connect(lambda name, error: self.say("failed", name, error))
        self._overlay: QWidget | None = None
        self._input = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
        self._input.activated.connect(self._read)
        self.say("way", self.hotkeys.backend.name)

    def say(self, *words: object) -> None:
        print(*words, flush=True)

    def bind(self, combination: str, name: str = "shot") -> None:
        try:
            self.hotkeys.bind(name, combination)
        except HotkeyTaken as taken:
            self.say("taken", taken.combination, taken.offer)
        except HotkeyError as error:
            self.say("unavailable", error)
        else:
            self.say("bound", combination)

    def overlay(self) -> None:
        """A window that holds the keyboard, as the capture overlay does."""
        self._overlay = QWidget(None, Qt.WindowType.X11BypassWindowManagerHint)
        self._overlay.setGeometry(0, 0, 200, 200)
        self._overlay.show()
        QApplication.processEvents()
        self._overlay.grabKeyboard()
        self.say("overlay")

    def once(self, key: str) -> None:
        """As a quick panel does: a key alone, which is let go as soon as it is pressed."""
        self.hotkeys.bind(f"once {key}", key, lent=True)
        self.hotkeys.key_pressed.connect(lambda name: self.hotkeys.unbind(name) if name.startswith("once") else None)

    def do(self, verb: str, *words: str) -> None:
        match verb:
            case "bind":
                self.bind(*words)
            case "unbind":
                self.hotkeys.unbind("shot")
            case "close":
                self.hotkeys.close()
            case "overlay":
                self.overlay()
            case "ungrab" if self._overlay:
                self._overlay.releaseKeyboard()
                self._overlay.close()
            case "busy":
                time.sleep(float(words[0]))
            case "once":
                self.once(*words)
            case "trigger":
                self.say("trigger", self.hotkeys.trigger("shot"))
        self.say("done", verb)

    def _read(self) -> None:
        line = sys.stdin.readline()
        if line.strip():
            self.do(*line.split())
        elif not line:
            QApplication.quit()


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    child = Child()
    sys.exit(application.exec())
