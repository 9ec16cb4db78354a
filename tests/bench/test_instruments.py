"""What the bench looks through: its heartbeat, its screen, its pictures."""

from __future__ import annotations

import base64
import io
import shutil
import time
from pathlib import Path

import pytest
from PIL import Image as Pillow
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from bench.child import CanNotMeasure
from bench.control import Control
from bench.display import xvfb
from bench.heartbeat import Heartbeat, run_for, wait_until
from bench.pictures import PANORAMA, photo
from bench.stock import as_data_url
from bench.talk import drain, first_token_seconds, greedy
from fanlight.domain.messages import Message
from fanlight.engine.scripted import ScriptedEngine


def test_a_heartbeat_sees_what_the_thread_computed(qapp: QApplication) -> None:
    heart = Heartbeat()
    QTimer.singleShot(0, lambda: _compute(0.03))
    run_for(0.1)
    assert max(heart.busy_ms) >= 30
    assert max(heart.late_ms) >= 29


def test_a_heartbeat_tells_sleep_from_work(qapp: QApplication) -> None:
    heart = Heartbeat()
    QTimer.singleShot(0, lambda: time.sleep(0.1))
    run_for(0.2)
    assert max(heart.late_ms) >= 99
    assert max(heart.busy_ms) < 99


def test_the_control_beats_in_a_process_of_its_own_and_ends_with_its_block() -> None:
    with Control() as control:
        control.begin()
        time.sleep(0.1)
        assert control.late_ms(100) >= control.late_ms(1) >= 0


def test_waiting_for_what_never_comes_ends_in_a_reason(qapp: QApplication) -> None:
    with pytest.raises(CanNotMeasure, match="the answer did not happen in 0 s"):
        wait_until(lambda: False, 0.05, "the answer")


@pytest.mark.skipif(not shutil.which("Xvfb"), reason="no Xvfb here")
def test_an_empty_screen_has_one_colour_and_its_server_ends() -> None:
    with xvfb(320, 200) as screen:
        assert screen.colours(screen.rows()) == 1
        assert screen.rows() == screen.rows()
        door = Path(f"/tmp/.X11-unix/X{screen.name.removeprefix(':')}")
        assert door.exists()
    assert not door.exists()


def test_no_two_pictures_are_alike_and_each_is_the_same_again() -> None:
    assert photo(1, *PANORAMA) == photo(1, *PANORAMA)
    assert photo(1, *PANORAMA).id != photo(2, *PANORAMA).id
    assert (photo(3).width, photo(3).height) == (640, 480)


def test_the_stock_handler_gets_the_very_pixels() -> None:
    picture = photo(5, 64, 48)
    head, _, data = as_data_url(picture).partition(",")
    assert head == "data:image/png;base64"
    assert Pillow.open(io.BytesIO(base64.b64decode(data))).tobytes() == picture.rgb


def test_an_answer_is_heard_to_its_end() -> None:
    engine = ScriptedEngine(["one ", "two ", "three"])
    words, end = drain(engine.generate([Message.of("user", "Count.")], greedy(0)))
    assert words == "one two three"
    assert end.reason == "end"
    assert first_token_seconds(engine, [Message.of("user", "Count.")]) > 0


def _compute(seconds: float) -> None:
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass
