"""Pipes that other programs have opened, read and written on Qt's event loop."""

from __future__ import annotations

import os
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier, QTimer

_CHUNK_BYTES = 65_536
DEADLINE_MS = 3_000
"""A program that neither reads nor writes for so long hangs."""


class _OpenPipe(QObject):
    """Owns the descriptor."""

    def __init__(self, descriptor: int, kind: QSocketNotifier.Type, parent: QObject) -> None:
        super().__init__(parent)
        self._descriptor = descriptor
        os.set_blocking(descriptor, False)
        self._notifier = QSocketNotifier(descriptor, kind, self)
        self._notifier.activated.connect(self._on_ready)
        self._late = QTimer(self, interval=DEADLINE_MS, singleShot=True)
        self._late.timeout.connect(lambda: self._finish(False))
        self._late.start()

    def close(self) -> None:
        """Nothing is reported any more."""
        if self._descriptor == -1:
            return
        self._notifier.setEnabled(False)
        self._late.stop()
        os.close(self._descriptor)
        self._descriptor = -1
        self.deleteLater()

    def _on_ready(self) -> None:
        try:
            self._work()
        except BlockingIOError:
            self._late.start()
        except OSError:
            self._finish(False)

    def _work(self) -> None:
        raise NotImplementedError

    def _finish(self, whole: bool) -> None:
        raise NotImplementedError


class PipeReader(_OpenPipe):
    """Reads to the end. `done` is called once with the content; None where it did not end, or is longer than `most`."""

    def __init__(self, descriptor: int, most: int, done: Callable[[bytes | None], object], parent: QObject) -> None:
        super().__init__(descriptor, QSocketNotifier.Type.Read, parent)
        self._most, self._done, self._content = most, done, bytearray()

    def _work(self) -> None:
        while data := os.read(self._descriptor, _CHUNK_BYTES):
            self._content += data
            if len(self._content) > self._most:
                self._finish(False)
                return
        self._finish(True)

    def _finish(self, whole: bool) -> None:
        self.close()
        self._done(bytes(self._content) if whole else None)


class PipeWriter(_OpenPipe):
    """Writes all of `content`, then closes the pipe. `done` is called once with whether all of it was taken."""

    def __init__(self, descriptor: int, content: bytes, done: Callable[[bool], object], parent: QObject) -> None:
        super().__init__(descriptor, QSocketNotifier.Type.Write, parent)
        self._done, self._content = done, memoryview(content)

    def _work(self) -> None:
        while self._content:
            self._content = self._content[os.write(self._descriptor, self._content) :]
        self._finish(True)

    def _finish(self, whole: bool) -> None:
        self.close()
        self._done(whole)
