"""One camera at a time: listed, previewed, and closed as soon as a picture was taken. It is opened by `start` alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import assert_never

from PySide6.QtCore import QObject, Signal

from fanlight.core.work.dispatcher import MainThreadDispatcher
from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.job import Job
from fanlight.core.work.resource import NothingToLoad
from fanlight.domain.errors import FanlightError
from fanlight.video import camera_listing
from fanlight.video.camera import CameraEvent, CameraFailed, CameraFrame, CameraPicture, CameraStream
from fanlight.video.cameras import Camera

OpenCamera = Callable[[Camera, Callable[[CameraEvent], object], CameraStream | None], CameraStream]


class CameraSession(QObject):
    listed = Signal(object)
    """A list of Camera."""
    frame_arrived = Signal(object)
    """A CameraFrame. The next one comes when it is asked for."""
    taken = Signal(object)
    """A CameraPicture; the camera is closed."""
    failed = Signal(object)
    """A FanlightError; no camera is open."""

    def __init__(
        self, file_worker: FileWorker, parent: QObject | None = None, open_camera: OpenCamera = CameraStream
    ) -> None:
        super().__init__(parent)
        self._file_worker, self._open_camera = file_worker, open_camera
        self._dispatcher = MainThreadDispatcher(self)
        self._listing: Job[NothingToLoad] | None = None
        self._stream: CameraStream | None = None
        self._last: CameraStream | None = None  # what has been closed, and may still be closing
        self._number = 0  # of the stream that is open: what an older one says is late

    @property
    def is_open(self) -> bool:
        return self._stream is not None

    def look(self) -> None:
        """For cameras; none is opened for that."""
        self.stop()
        self._listing = self._file_worker.call(camera_listing.list_cameras, self._on_listed)

    def start(self, camera: Camera) -> None:
        """Open this one, in place of another."""
        self.stop()
        number, dispatcher = self._number, self._dispatcher

        def on_event(event: CameraEvent) -> None:
            """On the stream's thread."""
            dispatcher(partial(self._on_event, number, event))

        self._stream = self._open_camera(camera, on_event, self._last)

    def ask_for_frame(self, width: int, height: int) -> None:
        """The newest one, within so many pixels."""
        if self._stream is not None:
            self._stream.ask_for_frame(width, height)

    def take(self, *, mirrored: bool) -> None:
        """The picture that was shown last."""
        if self._stream is not None:
            self._stream.take(mirrored=mirrored)

    def stop(self) -> None:
        """Close the camera; nothing is reported any more."""
        self._number += 1
        if self._listing is not None:
            self._listing.stop()
            self._listing = None
        if self._stream is not None:
            self._stream.close()
            self._last, self._stream = self._stream, None

    def _on_listed(self, found: list[Camera] | FanlightError) -> None:
        self._listing = None
        if isinstance(found, FanlightError):
            self.failed.emit(found)
        else:
            self.listed.emit(found)

    def _on_event(self, number: int, event: CameraEvent) -> None:
        if number != self._number:
            return
        match event:
            case CameraFrame():
                self.frame_arrived.emit(event)
            case CameraPicture():
                self.stop()
                self.taken.emit(event)
            case CameraFailed(error):
                self.stop()
                self.failed.emit(error)
            case _:
                assert_never(event)
