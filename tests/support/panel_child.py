"""`python panel_child.py HOME [SETTING=VALUE ...]`: captures and quick panels as a program of their own, on an engine
without a model. Commands are lines on its input:

    shot X Y W H    a panel beside that rectangle
    take            the overlay, to choose on
    toggle          the panel's shortcut
    again           open the last capture once more
    window          an own window, which has the keyboard
    forget          the newest panel
    quit

It says "ready", and a line of JSON for each change: who has the keyboard, what is in the line, what was asked."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QSocketNotifier, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from fanlight.core.remote_commands import CaptureRequest
from fanlight.desktop import capture
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from fanlight.ui.panel.panel import QuickPanel
from support.panels import CaptureRig, FakeTexts, PanelRoom


class Child(QObject):
    def __init__(self, home: Path, settings: Settings) -> None:
        super().__init__()
        self.engine = ScriptedEngine(["An ", "answer."])
        self.room = PanelRoom(home, self.engine, settings, FakeTexts())
        self.room.dress()
        self.room.load()
        self.rig = CaptureRig(self.room, capture.pick())
        self.rig.view.read_trigger = lambda: "Ctrl+Alt+Shift+Space"
        self.rig.view.panel_opened.connect(self._follow)
        self.rig.controller.failed.connect(lambda error: self.say("failed", text=error.text))
        self._own: list[QWidget] = []
        self._listener = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, self)
        self._listener.activated.connect(self._read)

    def say(self, what: str, **more: object) -> None:
        print(json.dumps({"what": what, **more}), flush=True)

    def _follow(self, panel: QuickPanel) -> None:
        number = panel.session.capture.number
        panel.line.input.textChanged.connect(lambda text: self.say("line", text=text))
        panel.session.action_changed.connect(lambda action: self.say("action", name=action and action.name))
        panel.session.closed.connect(lambda _: self.say("closed", panel=number))
        panel.installEventFilter(self)
        above = bool(panel.windowFlags() & Qt.WindowType.X11BypassWindowManagerHint)
        self.say("opened", panel=number, bypasses=above)

    def eventFilter(self, watched: QObject, event: object) -> bool:
        kind = event.type()  # type: ignore[attr-defined]
        if isinstance(watched, QuickPanel) and kind in (kind.WindowActivate, kind.WindowDeactivate):
            self.say("keyboard", here=kind == kind.WindowActivate)
        elif isinstance(watched, QuickPanel) and kind == kind.Show:
            self.say("shown", bypasses=bool(watched.windowFlags() & Qt.WindowType.X11BypassWindowManagerHint))
        elif isinstance(watched, QuickPanel) and kind == kind.Move:
            self.say("place", at=list(watched.geometry().getRect()))  # type: ignore[call-overload]
        return False

    def _read(self) -> None:
        for line in os.read(sys.stdin.fileno(), 4096).decode().splitlines() or ["quit"]:
            command, *words = line.split()
            self._do(command, [int(word) for word in words])

    def _do(self, command: str, numbers: list[int]) -> None:
        controller = self.rig.controller
        if command == "shot":
            controller.start_capture(
                CaptureRequest(region=(numbers[0], numbers[1], numbers[2], numbers[3]), action="none")
            )
        elif command == "take":
            controller.press_key()
        elif command == "toggle":
            self.rig.view.toggle_keyboard()
        elif command == "forget":
            self.rig.view.panels[-1].session.forget()
        elif command == "again":
            controller.reopen(controller.history.all[0].number)
        elif command == "window":
            self._own.append(QWidget())
            self._own[-1].setWindowTitle("own window")
            self._own[-1].setGeometry(500, 60, 200, 150)
            self._own[-1].show()
        elif command == "quit":
            QGuiApplication.quit()
        self.say("did", command=command)


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    chosen = dict(word.split("=") for word in sys.argv[2:])
    child = Child(Path(sys.argv[1]), Settings(**chosen))  # type: ignore[arg-type]
    child.rig.controller.prepare()
    child.say("ready")
    sys.exit(application.exec())
