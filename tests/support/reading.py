"""A reader without networks."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence

from fanlight.domain.messages import Image
from fanlight.domain.reading import FaceBox, TextLine
from fanlight.domain.stop import StopFlag


class WholePictures:
    """What a reader of whole pictures makes of a screen: `read`, a line at a time."""

    def read(self, image: Image, stop: StopFlag | None = None) -> tuple[TextLine, ...]:
        raise NotImplementedError

    def read_from(
        self, near: tuple[float, float], image: Image, stop: StopFlag | None = None
    ) -> Iterator[tuple[TextLine, ...]]:
        lines = self.read(image, stop)
        yield from ((line,) for line in sorted(lines, key=lambda line: abs(line.middle - near[1])))

    def read_codes(self, image: Image) -> tuple[TextLine, ...]:
        return ()

    def find_faces(self, image: Image, stop: StopFlag | None = None) -> tuple[FaceBox, ...]:
        return ()


class FakeReader(WholePictures):
    """Reads `lines` in any picture, after `seconds`; a stop is heard within 5 ms, unless it is `deaf`. It remembers
    what it was asked, on which thread, and whether it was closed."""

    def __init__(self, lines: Sequence[str] = ("Some text",), seconds: float = 0.0, deaf: bool = False) -> None:
        self._lines, self._seconds, self._deaf = lines, seconds, deaf
        self.asked: list[str] = []
        self.threads = {threading.get_ident()}
        self.stopped = self.closed = False

    def read(self, image: Image, stop: StopFlag | None = None) -> tuple[TextLine, ...]:
        self.asked.append(image.id)
        self.threads.add(threading.get_ident())
        until = time.monotonic() + self._seconds
        while time.monotonic() < until:
            if stop and stop.is_set() and not self._deaf:
                self.stopped = True
                return ()
            time.sleep(0.005)
        return tuple(TextLine(line, 0, 20.0 * i, 8.0 * len(line), 15) for i, line in enumerate(self._lines))

    def close(self) -> None:
        self.threads.add(threading.get_ident())
        self.closed = True
