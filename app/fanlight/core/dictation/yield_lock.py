"""While somebody speaks here, transcriptions in other processes wait (`desktop.floor`)."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from fanlight.core.dictation.push_to_talk import PushToTalk
from fanlight.ipc.yield_lock import LOOK_SECONDS, YieldLock


class YieldWhileSpeaking(QObject):
    """Has the floor from the press of the key to the last word."""

    def __init__(self, talk: PushToTalk, home: Path) -> None:
        super().__init__(talk)
        self._talk, self._floor = talk, YieldLock(home)
        self._again = QTimer(self, singleShot=True, interval=round(1000 * LOOK_SECONDS))
        self._again.timeout.connect(self._follow)
        talk.changed.connect(self._follow)

    def _follow(self) -> None:
        if not self._talk.active:
            self._again.stop()
            self._floor.release()
        elif not self._floor.take():  # somebody is just looking
            self._again.start()
