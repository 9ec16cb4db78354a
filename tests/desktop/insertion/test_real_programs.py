"""Text pasted into the programs that people write in. Minutes: `pytest -m slow`."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator

import pytest

from support.display import Display
from support.editors import Inserting, on_clipboard
from support.real_programs import Writing, real_program
from support.screens import wait_for

pytestmark = [pytest.mark.gui, pytest.mark.xvfb, pytest.mark.slow, pytest.mark.timeout(900)]

EVERYTHING = "Grüße, 你好世界, こんにちは, مرحبا, 👩🏽‍🚀🎉 and “quotes”"
LONG = ("The quick brown fox jumps over the lazy dog; 12,345 times. " * 40)[:2000]
TIMES = 200


@pytest.fixture(scope="module", params=["writer", "firefox", "chromium"])
def writing(
    request: pytest.FixtureRequest, display: Display, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Writing]:
    with real_program(request.param, display, tmp_path_factory.mktemp(request.param)) as started:
        yield started


@pytest.fixture(autouse=True)
def ready(writing: Writing) -> None:
    writing.activate()
    writing.empty()


def copied(display: Display, text: bytes) -> bytes:
    subprocess.run(["xclip", "-selection", "clipboard"], input=text, env=display.env, check=True, timeout=60)
    wait_for(lambda: on_clipboard(display) == text)
    return text


@pytest.mark.parametrize("text", [EVERYTHING, LONG, "two\nlines"], ids=["scripts", "long", "lines"])
def test_it_gets_the_text_and_the_clipboard_is_as_before(
    display: Display, inserting: Inserting, writing: Writing, text: str
) -> None:
    before = copied(display, b"copied before")
    inserting.do("note")
    assert inserting.insert(text, there=True) == "INSERTED"
    assert on_clipboard(display) == before
    assert writing.read() == text


def test_its_undo_takes_it_back(display: Display, inserting: Inserting, writing: Writing) -> None:
    copied(display, b"copied before")
    assert inserting.insert("This stays. ") == "INSERTED"
    inserting.do("note")
    assert inserting.insert("by mistake", there=True) == "INSERTED"
    assert inserting.do("undo")["done"]
    time.sleep(0.5)  # nobody says that it is done
    assert "by mistake" not in writing.read()


def test_a_picture_and_files_on_the_clipboard_are_there_again(
    display: Display, inserting: Inserting, writing: Writing, offer: Callable[[dict[str, bytes]], None]
) -> None:
    before = {"image/png": bytes(range(256)) * 2_000, "text/uri-list": b"file:///tmp/one.txt\r\n"}
    offer(before)
    assert inserting.insert("words") == "INSERTED"
    assert {name: on_clipboard(display, name) for name in before} == before
    assert writing.read() == "words"


def test_of_two_hundred_texts_none_is_lost(display: Display, inserting: Inserting, writing: Writing) -> None:
    pieces, took = [f"[{number} grün 你好 🎉] " for number in range(TIMES)], []
    for number, piece in enumerate(pieces):
        if number % 20 == 0:
            before = copied(display, f"copied {number}".encode())
        inserting.do("note")
        answer = inserting.do("insert", text=piece, there=True)
        assert answer["outcome"] == "INSERTED", number
        took.append(answer["ms"])
        assert on_clipboard(display) == before
    print(f"median {sorted(took)[TIMES // 2]:.0f} ms, 95 % {sorted(took)[TIMES * 95 // 100]:.0f}, max {max(took):.0f}")
    assert writing.read().rstrip() == "".join(pieces).rstrip()
