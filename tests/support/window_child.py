"""`python window_child.py HOME WORDS SECONDS`: Fanlight's window as a program of its own; a script answers WORDS words,
one each SECONDS. Says "ready" when the model is loaded, and from then on a line for each change: condition, number of
messages, number of pictures on chips, number of words in the last message."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QTimer

from fanlight import paths
from fanlight.core.app import Application
from fanlight.engine.scripted import ScriptedEngine
from fanlight.ui import application
from support.whole_window import WholeWindow
from support.windows import parts


class Window(WholeWindow):
    def start(self) -> None:
        super().start()
        self._said = ""
        self._look = QTimer(self, interval=20)
        self._look.timeout.connect(self._tell)
        self._look.start()

    def _tell(self) -> None:
        if self.host.condition != "ready":
            return
        session, entries = self.session_manager.current, self.transcript.entries()
        words = min(100, len(entries[-1].text.split())) if entries else 0
        now = f"{session.condition} {len(entries)} {len(self.composer.chips.attachments)} {words}"
        if now != self._said:
            print(now if self._said else "ready", flush=True)
            self._said = now


if __name__ == "__main__":
    home, words, seconds = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    application.Wiring = Window.wired  # type: ignore[assignment, attr-defined]
    engine = ScriptedEngine([f"{i} " for i in range(words)], seconds, tokens_per_image=36)
    sys.exit(application.run(lambda: Application(parts(home, engine)), sys.argv[:1], paths.logs()))
