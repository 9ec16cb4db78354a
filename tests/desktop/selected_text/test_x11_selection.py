"""Text that is selected in real programs on an X server: read, and replaced there alone."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.display import Display
from support.editors import Editor, focus, on_clipboard
from support.screens import Program, programs, wait_for

pytestmark = [pytest.mark.gui, pytest.mark.xvfb]
BEFORE = b"what was copied before"


class Selecting(Program):
    def do(self, what: str, **more: object) -> dict[str, Any]:
        self.tell(json.dumps({"do": what, **more}))
        answer: dict[str, Any] = json.loads(self.line())
        return answer


@pytest.fixture(scope="module")
def selecting(display: Display) -> Iterator[Selecting]:
    """One program for all tests."""
    with programs(display, Selecting) as start:
        child = start("selection_child.py")
        assert child.hears("ready")["backend"] == "x11"
        yield child


def keys(display: Display, *names: str) -> None:
    display.run("xdotool", "key", *names)


def copy(display: Display, data: bytes) -> None:
    subprocess.run(["xclip", "-selection", "clipboard"], input=data, env=display.env, check=True, timeout=60)
    wait_for(lambda: on_clipboard(display) == data)


def select_all(display: Display, editor: Editor, text: str) -> None:
    """`text`, which the program gets by a paste."""
    copy(display, text.encode())
    keys(display, "ctrl+v")
    editor.shows(text)
    keys(display, "ctrl+a")
    wait_for(lambda: on_clipboard(display, selection="primary") == text.encode())
    copy(display, BEFORE)


def replaced_and_undone(display: Display, selecting: Selecting, editor: Editor) -> None:
    select_all(display, editor, "Teh dög\n和猫")
    found = selecting.do("read")
    assert (found["text"], found["can_replace"]) == ("Teh dög\n和猫", True)
    assert selecting.do("replace", text="The dog\n和狗")["outcome"] == "REPLACED"
    editor.shows("The dog\n和狗")
    assert on_clipboard(display) == BEFORE


def test_a_qt_editors_selection_is_replaced_and_its_undo_takes_that_back(
    display: Display, selecting: Selecting, editor: Editor
) -> None:
    replaced_and_undone(display, selecting, editor)
    keys(display, "ctrl+z")
    editor.shows("Teh dög\n和猫")


def test_a_gtk_fields_selection_is_replaced_with_the_clipboard_as_before(
    display: Display, selecting: Selecting, gtk_editor: Editor
) -> None:
    replaced_and_undone(display, selecting, gtk_editor)


def test_what_is_not_selected_any_more_is_not_replaced(display: Display, selecting: Selecting, editor: Editor) -> None:
    """Qt's editors keep the primary selection then."""
    select_all(display, editor, "first")
    assert selecting.do("read")["text"] == "first"
    keys(display, "End")
    assert selecting.do("replace", text="second")["outcome"] == "UNSELECTED"
    assert editor.text == "first"
    assert on_clipboard(display) == BEFORE


def test_nothing_goes_into_another_program(display: Display, selecting: Selecting, editor: Editor) -> None:
    select_all(display, editor, "first")
    assert selecting.do("read")["text"] == "first"
    with programs(display, Editor) as start:
        other = start("qt_editor.py", "Another editor")
        other.until("ready")
        focus(display, "Another editor")
        assert selecting.do("replace", text="second")["outcome"] == "MOVED"
        assert (editor.text, other.text) == ("first", "")


def test_a_program_that_has_gone_is_not_waited_for(display: Display, selecting: Selecting, editor: Editor) -> None:
    select_all(display, editor, "first")
    assert selecting.do("read")["text"] == "first"
    editor.end()
    assert selecting.do("replace", text="second")["outcome"] in ("MOVED", "UNSELECTED")


def test_a_password_is_not_read(display: Display, selecting: Selecting, editor: Editor) -> None:
    editor.tell("password")
    focus(display, "A password")
    copy(display, BEFORE)
    keys(display, "ctrl+a")
    assert "No text is selected" in selecting.do("read")["text"]
    assert on_clipboard(display) == BEFORE


def test_a_megabyte_is_too_long(display: Display, selecting: Selecting, editor: Editor) -> None:
    copy(display, b"0123456789abcde\n" * 2**16)
    keys(display, "ctrl+v")
    wait_for(lambda: len(editor.text) == 2**20)
    keys(display, "ctrl+a")
    wait_for(lambda: len(on_clipboard(display, selection="primary")) == 2**20)
    said = selecting.do("read")
    assert said["what"] == "failed"
    assert "1,048,576 characters" in said["text"]


def test_a_terminals_words_are_read_and_not_replaced(display: Display, selecting: Selecting, tmp_path: Path) -> None:
    command = ["xterm", "-u8", "-T", "A terminal", "-e", "sh", "-c", f"echo selected-words; cat > {tmp_path / 'typed'}"]
    terminal = subprocess.Popen(command, env={**display.env, "LC_ALL": "C.UTF-8"})
    try:
        focus(display, "A terminal")
        window = display.window("A terminal")
        subprocess.run(["xclip", "-selection", "primary"], input=b"another's", env=display.env, check=True, timeout=60)
        wait_for(lambda: on_clipboard(display, selection="primary") == b"another's")
        assert "No text is selected" in selecting.do("read")["text"]

        def triple_click() -> bool:
            display.run("xdotool", "mousemove", "--window", window, "30", "9", "click", "--repeat", "3", "1")
            return b"selected-words" in on_clipboard(display, selection="primary")

        wait_for(triple_click)
        found = selecting.do("read")
        assert (found["text"].strip(), found["can_replace"]) == ("selected-words", False)
        assert selecting.do("replace", text="rm -r x")["outcome"] == "NOT_TAKEN"
        assert (tmp_path / "typed").read_bytes() == b""
    finally:
        terminal.terminate()
        terminal.wait(10)
