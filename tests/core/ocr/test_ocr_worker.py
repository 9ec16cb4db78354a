"""Pictures are read on a thread of their own: in order, with a way out at every moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import QTimer

from fanlight.core.ocr.ocr_worker import OcrResult, OcrWorker, PartRead
from fanlight.core.work.shutdown import shutdown
from fanlight.domain.errors import OcrError, OcrMissing
from fanlight.domain.messages import Image
from fanlight.domain.ports import TextReader
from support.reading import FakeReader

pytestmark = pytest.mark.gui

Start = Callable[..., OcrWorker]


def picture(shade: int = 255) -> Image:
    return Image.of(8, 8, bytes([shade]) * 192)


class OcrLog(list[OcrResult]):
    """What was told, and on which threads."""

    def __init__(self) -> None:
        super().__init__()
        self.threads: set[int] = set()

    def __call__(self, result: OcrResult) -> None:
        self.append(result)
        self.threads.add(threading.get_ident())

    @property
    def words(self) -> list[str]:
        return [line.text for result in self if isinstance(result, tuple) for line in result]


@pytest.fixture
def start(qtbot: Any) -> Iterator[Start]:
    started: list[OcrWorker] = []

    def begin(load: Callable[[], TextReader] | TextReader, idle_seconds: float = 60) -> OcrWorker:
        started.append(OcrWorker(load if callable(load) else lambda: load, idle_seconds=idle_seconds))
        return started[-1]

    yield begin
    for texts in started:
        shutdown([texts], 5)


def test_the_text_is_told_here_and_read_there(start: Start, qtbot: Any) -> None:
    reader, heard = FakeReader(["Hello"]), OcrLog()
    start(reader).read(picture(), heard)
    assert heard == []  # never before `read` returns
    qtbot.waitUntil(lambda: bool(heard))
    assert heard.words == ["Hello"]
    assert heard.threads == {threading.get_ident()}
    assert threading.get_ident() not in reader.threads - {threading.get_ident()}
    assert len(reader.threads) == 2


def test_nothing_is_loaded_before_the_first_picture(start: Start, qtbot: Any) -> None:
    loads: list[int] = []

    def load() -> TextReader:
        loads.append(threading.get_ident())
        return FakeReader()

    texts, heard = start(load), OcrLog()
    assert not texts._threads, "no thread, no load"
    assert loads == []
    for shade in range(3):
        texts.read(picture(shade), heard)
    qtbot.waitUntil(lambda: len(heard) == 3)
    assert len(loads) == 1
    assert loads[0] != threading.get_ident()


def test_pictures_are_read_one_after_the_other(start: Start, qtbot: Any) -> None:
    reader, heard = FakeReader(seconds=0.02), OcrLog()
    texts, pictures = start(reader), [picture(shade) for shade in range(5)]
    for image in pictures:
        texts.read(image, heard)
    qtbot.waitUntil(lambda: len(heard) == 5)
    assert reader.asked == [image.id for image in pictures]


def test_what_was_stopped_is_not_told_and_holds_nobody_up(start: Start, qtbot: Any) -> None:
    reader, heard, other = FakeReader(seconds=60), OcrLog(), OcrLog()
    texts = start(reader)
    first, second = texts.read(picture(1), heard), texts.read(picture(2), heard)
    qtbot.waitUntil(lambda: bool(reader.asked))
    second.stop()
    first.stop()
    first.stop()  # as often as one likes
    qtbot.waitUntil(lambda: reader.stopped)
    reader._seconds = 0
    texts.read(picture(3), other)
    qtbot.waitUntil(lambda: bool(other))
    assert heard == []
    assert reader.asked == [picture(1).id, picture(3).id]


def test_a_reader_that_is_missing_is_said_and_tried_again(start: Start, qtbot: Any) -> None:
    tries: list[int] = []

    def load() -> TextReader:
        tries.append(1)
        if len(tries) == 1:
            raise OcrMissing("The text reader is not installed.")
        return FakeReader(["There"])

    texts, heard = start(load), OcrLog()
    texts.read(picture(), heard)
    qtbot.waitUntil(lambda: bool(heard))
    assert isinstance(heard[0], OcrMissing)
    assert heard[0].hint
    texts.read(picture(), heard)
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert heard.words == ["There"]


def test_a_bug_costs_one_picture_and_is_said_in_a_sentence(
    start: Start, qtbot: Any, caplog: pytest.LogCaptureFixture
) -> None:
    class Odd(FakeReader):
        def read(self, image: Image, stop: Any = None) -> Any:
            if not self.asked:
                self.asked.append(image.id)
                raise ZeroDivisionError("secret words of the picture")
            return super().read(image, stop)

    texts, heard = start(Odd(["Fine"])), OcrLog()
    texts.read(picture(1), heard)
    texts.read(picture(2), heard)
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert isinstance(heard[0], OcrError)
    assert "ZeroDivisionError" in caplog.text
    assert heard.words == ["Fine"]


def test_it_is_freed_when_idle_and_loaded_again(start: Start, qtbot: Any) -> None:
    readers: list[FakeReader] = []

    def load() -> TextReader:
        readers.append(FakeReader())
        return readers[-1]

    texts, heard = start(load, idle_seconds=0.05), OcrLog()
    texts.read(picture(), heard)
    qtbot.waitUntil(lambda: bool(readers) and readers[0].closed)
    texts.read(picture(), heard)
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert len(readers) == 2
    assert len(readers[0].threads) == 1  # loaded, used and closed on one


def test_it_can_be_loaded_ahead_and_a_failure_waits_for_the_picture(start: Start, qtbot: Any) -> None:
    loads: list[int] = []

    def load() -> TextReader:
        loads.append(1)
        raise OcrMissing("Not here.")

    texts, heard = start(load), OcrLog()
    texts.prepare()
    qtbot.waitUntil(lambda: bool(loads))
    texts.read(picture(), heard)
    qtbot.waitUntil(lambda: bool(heard))
    assert isinstance(heard[0], OcrMissing)


def test_closing_stops_the_reading_and_frees_the_reader(start: Start, qtbot: Any) -> None:
    reader, heard = FakeReader(seconds=60), OcrLog()
    texts = start(reader)
    for shade in range(3):
        texts.read(picture(shade), heard)
    qtbot.waitUntil(lambda: bool(reader.asked))
    begin = time.monotonic()
    assert shutdown([texts], 5)
    assert time.monotonic() - begin < 4
    assert reader.closed
    assert len(reader.asked) == 1  # and shutdown delivered all that there was
    assert heard == []


def test_closing_waits_no_longer_than_its_deadline(start: Start, qtbot: Any) -> None:
    reader, heard = FakeReader(seconds=0.6, deaf=True), OcrLog()
    texts = start(reader)
    texts.read(picture(), heard)
    qtbot.waitUntil(lambda: bool(reader.asked))
    assert not shutdown([texts], 0.05)
    qtbot.waitUntil(lambda: reader.closed)
    assert heard == []


def test_after_closing_nothing_is_read(start: Start, qtbot: Any) -> None:
    reader, heard = FakeReader(), OcrLog()
    texts = start(reader)
    assert shutdown([texts], 1)
    texts.prepare()
    texts.read(picture(), heard).stop()
    job = texts.read(picture(), heard)
    qtbot.waitUntil(lambda: job.over)
    assert (reader.asked, heard) == ([], [])


def test_closing_the_window_closes_the_reader(open_window: Any, qtbot: Any) -> None:
    reader, heard = FakeReader(seconds=60), OcrLog()
    window = open_window(load_reader=lambda: reader)
    window.texts.read(picture(), heard)
    qtbot.waitUntil(lambda: bool(reader.asked))
    window.close()
    assert reader.closed
    assert heard == []


def test_the_window_stays_live_while_a_screen_is_read(start: Start, qtbot: Any) -> None:
    """A timer that ticks every millisecond. What counts between two ticks is the processor time of this process: other
    programs that take the machine are not the reader's fault."""
    from fanlight.compose import load_reader
    from support.written import drawn

    texts, heard, ticks = start(load_reader), OcrLog(), list[float]()
    texts.read(picture(), heard)
    qtbot.waitUntil(lambda: bool(heard), timeout=120_000)
    timer = QTimer(interval=1)
    timer.timeout.connect(lambda: ticks.append(time.process_time()))
    timer.start()
    texts.read(drawn("editor", 3).image, heard)
    qtbot.waitUntil(lambda: len(heard) == 2, timeout=120_000)
    timer.stop()
    assert heard.words
    gaps = sorted(after - before for before, after in pairwise(ticks))
    assert sum(gaps) > 0.2  # it did read meanwhile
    assert gaps[-1] < 0.05


def test_a_screen_is_told_in_parts_from_the_pointer_on(start: Start, qtbot: Any) -> None:
    parts: list[PartRead] = []
    ended: list[object] = []
    start(FakeReader(["Above", "Here", "Below"])).read_from((0, 29), picture, parts.append, ended.append)
    qtbot.waitUntil(lambda: bool(ended))
    assert ended == [None]
    told = [line.text for part in parts for line in part.lines]
    assert told[0] == "Here"
    assert sorted(told) == ["Above", "Below", "Here"]


def test_a_screen_that_cannot_be_read_is_said_once_and_after_a_stop_nothing_is(start: Start, qtbot: Any) -> None:
    def missing() -> TextReader:
        raise OcrMissing("Not installed.")

    ended: list[object] = []
    start(missing).read_from((0, 0), picture, ended.append, ended.append)
    qtbot.waitUntil(lambda: bool(ended))
    assert [type(one) for one in ended] == [OcrMissing]
    slow, stopped = start(reader := FakeReader(["Late"], seconds=30)), list[object]()
    job = slow.read_from((0, 0), picture, stopped.append, stopped.append)
    qtbot.waitUntil(lambda: bool(reader.asked))
    job.stop()
    qtbot.waitUntil(lambda: reader.stopped)
    qtbot.waitUntil(lambda: job.over)
    assert stopped == []
