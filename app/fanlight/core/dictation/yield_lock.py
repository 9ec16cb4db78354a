"""While the user speaks here, transcriptions in other processes wait (`ipc.yield_lock`)."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from fanlight.core.dictation.push_to_talk import PushToTalk
from fanlight.core.work.throttle import Timeout
from fanlight.ipc.yield_lock import POLL_SECONDS, YieldLock


class YieldWhileSpeaking(QObject):
    """Holds the lock from the press of the key to the last word."""

    def __init__(self, push_to_talk: PushToTalk, home: Path) -> None:
        super().__init__(push_to_talk)
        self._talk, self._lock = push_to_talk, YieldLock(home)
        self._again = Timeout(self, self._update_lock, round(1000 * POLL_SECONDS))
        push_to_talk.changed.connect(self._update_lock)

    def _update_lock(self) -> None:
        if not self._talk.active:
            self._again.cancel()
            self._lock.release()
        elif not self._lock.acquire():  # another process is just looking
            self._again.start()
