"""Text pasted into other programs on an X server, with the clipboard as it was before."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from support.display import Display
from support.editors import Editor, Inserting, focus, on_clipboard
from support.screens import wait_for

pytestmark = [pytest.mark.gui, pytest.mark.xvfb]

EVERYTHING = "Grüße, 你好世界, こんにちは, مرحبا, 👩🏽‍🚀🎉 and “quotes”\tand a tab"
LONG = ("The quick brown fox jumps over the lazy dog; 12,345 times. " * 40)[:2000]


@pytest.mark.parametrize("text", ["one word", EVERYTHING, LONG, "two\nlines"], ids=["word", "scripts", "long", "lines"])
def test_a_qt_editor_gets_the_text_and_the_clipboard_is_as_before(
    display: Display, inserting: Inserting, editor: Editor, offer: Callable[[dict[str, bytes]], None], text: str
) -> None:
    offer({"text/plain": b"what was copied before"})
    assert inserting.do("note")["program"]
    assert inserting.insert(text, there=True) == "INSERTED"
    editor.shows(text)
    assert on_clipboard(display) == b"what was copied before"


def test_a_gtk_field_gets_the_text_and_the_clipboard_is_as_before(
    display: Display, inserting: Inserting, gtk_editor: Editor, offer: Callable[[dict[str, bytes]], None]
) -> None:
    offer({"text/plain": b"before"})
    assert inserting.insert(EVERYTHING) == "INSERTED"
    gtk_editor.shows(EVERYTHING)
    assert on_clipboard(display) == b"before"


def test_a_terminal_gets_the_text_and_both_selections_are_as_before(
    display: Display, inserting: Inserting, tmp_path: Path
) -> None:
    taken = tmp_path / "taken"
    for selection, before in (("clipboard", b"copied"), ("primary", b"selected")):
        subprocess.run(["xclip", "-selection", selection], input=before, env=display.env, check=True, timeout=60)
    command = ["xterm", "-u8", "-T", "A terminal", "-e", "sh", "-c", f"cat > {taken}"]
    terminal = subprocess.Popen(command, env={**display.env, "LC_ALL": "C.UTF-8"})
    try:
        focus(display, "A terminal")
        assert inserting.do("note")["program"] == "xterm"
        assert inserting.insert("echo “grün” 你好", there=True, enter=True) == "INSERTED"
        wait_for(lambda: taken.exists() and taken.read_text("utf-8") == "echo “grün” 你好\n")
        assert on_clipboard(display) == b"copied"
        assert on_clipboard(display, selection="primary") == b"selected"
        assert not inserting.do("undo")["done"]  # Ctrl+Z would stop the program in it
    finally:
        terminal.terminate()
        terminal.wait(10)


def test_all_formats_of_the_old_clipboard_are_put_back(
    display: Display, inserting: Inserting, editor: Editor, offer: Callable[[dict[str, bytes]], None], tmp_path: Path
) -> None:
    picture = tmp_path / "noise.png"
    Image.effect_noise((900, 900), 90).save(picture)
    before = {
        "text/plain": "a table, ein Maß".encode(),
        "text/html": b"<table><tr><td>a table</td></tr></table>",
        "image/png": picture.read_bytes(),
        "text/uri-list": b"file:///tmp/one%20file.txt\r\nfile:///tmp/two.txt\r\n",
        "x-special/gnome-copied-files": b"copy\nfile:///tmp/one%20file.txt\nfile:///tmp/two.txt",
        "application/x-own-format": bytes(range(256)),
    }
    assert len(before["image/png"]) > 400_000  # more than the server takes at once
    offer(before)
    assert inserting.insert("text") == "INSERTED"
    editor.shows("text")
    assert {name: on_clipboard(display, name) for name in before} == before


def test_an_empty_clipboard_is_empty_again(display: Display, inserting: Inserting, editor: Editor) -> None:
    subprocess.run(["xclip", "-selection", "clipboard", "-i", "/dev/null"], env=display.env, check=True, timeout=60)
    assert inserting.insert("text") == "INSERTED"
    editor.shows("text")
    assert on_clipboard(display) == b""


def test_nothing_is_typed_when_the_user_has_moved_on(
    display: Display, inserting: Inserting, editor: Editor, other_editor: Callable[[str], Editor]
) -> None:
    inserting.do("note")
    second = other_editor("Second editor")
    assert inserting.insert("secret", there=True) == "MOVED"
    assert inserting.insert("here", there=False) == "INSERTED"
    second.shows("here")
    assert editor.text == ""


@pytest.mark.parametrize("patience_ms", [5_000, 200], ids=["in time", "late"])
def test_a_program_that_takes_its_time_gets_the_new_text_not_the_old_one(
    display: Display,
    inserting: Inserting,
    editor: Editor,
    offer: Callable[[dict[str, bytes]], None],
    patience_ms: int,
) -> None:
    offer({"text/plain": b"old"})
    editor.tell("slow")
    inserting.do("patience", ms=patience_ms)
    outcome = inserting.insert("new")
    if patience_ms < 1_000:
        assert outcome == "NOT_TAKEN"
        outcome = inserting.hears("ended")["outcome"]
    assert outcome == "INSERTED"
    editor.shows("new")
    assert on_clipboard(display) == b"old"


def test_a_program_that_pastes_in_slow_steps_gets_the_new_text_in_each(
    display: Display, inserting: Inserting, editor: Editor, offer: Callable[[dict[str, bytes]], None]
) -> None:
    offer({"text/plain": b"old"})
    editor.tell("steps")
    assert inserting.insert("new") == "INSERTED"
    editor.shows("new")
    assert on_clipboard(display) == b"old"


def test_what_a_program_reads_before_it_pastes_is_not_the_paste(
    display: Display, inserting: Inserting, editor: Editor, offer: Callable[[dict[str, bytes]], None]
) -> None:
    """It reads whatever comes on the clipboard, as programs do that pass it on to another computer."""
    offer({"text/plain": b"old"})
    editor.tell("eager")
    editor.tell("slow")
    assert inserting.insert("new") == "INSERTED"
    editor.shows("new")
    assert on_clipboard(display) == b"old"


def test_a_clipboard_manager_that_takes_the_text_over_changes_nothing(
    display: Display, inserting: Inserting, editor: Editor, offer: Callable[[dict[str, bytes]], None]
) -> None:
    offer({"text/plain": b"old"})
    editor.tell("slow")
    inserting.tell('{"do": "insert", "text": "new"}')
    wait_for(lambda: on_clipboard(display) == b"new")
    subprocess.run(["xclip", "-selection", "clipboard"], input=b"new", env=display.env, check=True, timeout=60)
    assert inserting.hears("ended")["outcome"] == "INSERTED"
    editor.shows("new")
    assert on_clipboard(display) == b"old"


def test_a_clipboard_manager_that_reads_first_is_not_taken_for_the_program(
    display: Display, inserting: Inserting, editor: Editor, offer: Callable[[dict[str, bytes]], None]
) -> None:
    """One reads all the time, while the program that has the keyboard takes no paste."""
    offer({"text/plain": b"old"})
    editor.tell("deaf")
    inserting.do("patience", ms=700)
    reader = subprocess.Popen(
        ["sh", "-c", "while :; do xclip -selection clipboard -o >/dev/null 2>&1; done"], env=display.env
    )
    try:
        assert inserting.insert("new") == "NOT_TAKEN"
    finally:
        reader.terminate()
        reader.wait(10)
    assert on_clipboard(display) == b"new"  # the program may hang, and ask later
    assert on_clipboard(display, "x-kde-passwordManagerHint") == b"secret"  # no manager is to keep it
    assert not inserting.do("cancel")["taken"]
    assert on_clipboard(display) == b"old"


def test_the_hotkeys_modifiers_that_are_still_down_do_not_spoil_the_paste(
    display: Display, inserting: Inserting, editor: Editor
) -> None:
    display.run("xdotool", "keydown", "ctrl", "keydown", "alt")
    try:
        assert inserting.insert("still held") == "INSERTED"
        editor.shows("still held")
    finally:
        display.run("xdotool", "keyup", "alt", "keyup", "ctrl")


def test_the_programs_own_undo_takes_it_back(display: Display, inserting: Inserting, editor: Editor) -> None:
    inserting.do("note")
    assert inserting.insert("by mistake", there=True) == "INSERTED"
    editor.shows("by mistake")
    assert inserting.do("undo")["done"]
    editor.shows("")


def test_enter_comes_after_the_text(display: Display, inserting: Inserting, editor: Editor) -> None:
    assert inserting.insert("a question", enter=True) == "INSERTED"
    editor.shows("a question\n")


def test_what_the_user_copies_meanwhile_stays(
    display: Display, inserting: Inserting, editor: Editor, offer: Callable[[dict[str, bytes]], None]
) -> None:
    offer({"text/plain": b"old"})
    editor.tell("deaf")
    inserting.do("patience", ms=600_000)  # it is known at once that the text is gone from there
    inserting.tell('{"do": "insert", "text": "new"}')
    wait_for(lambda: on_clipboard(display) == b"new")
    subprocess.run(["xclip", "-selection", "clipboard"], input=b"the user's", env=display.env, check=True, timeout=60)
    assert inserting.hears("ended")["outcome"] == "NOT_TAKEN"
    inserting.do("cancel")
    assert on_clipboard(display) == b"the user's"


def test_keys_write_what_a_program_that_takes_no_paste_is_told(
    display: Display, inserting: Inserting, editor: Editor
) -> None:
    before = display.run("xmodmap", "-pke", check=False)
    text = "Grüße, 你好世界, 🎉 " + "".join(map(chr, range(0x4E00, 0x4E20))) + " end.\nNew line"
    assert inserting.insert(text, typed=True) == "INSERTED"
    editor.shows(text)
    assert display.run("xmodmap", "-pke", check=False) == before


def test_two_thousand_characters_are_there_soon(display: Display, inserting: Inserting, editor: Editor) -> None:
    """Half a second on a busy computer; a fifth of that on an idle one."""
    inserting.do("note")
    took = []
    for number in range(5):
        began = time.monotonic()
        text = f"{number} {LONG}"[:2000]
        inserting.tell(f'{{"do": "insert", "text": "{text}", "there": true}}')
        wait_for(lambda number=number, text=text: editor.text.endswith(text))
        took.append(time.monotonic() - began)
        assert inserting.hears("ended")["outcome"] == "INSERTED"
    assert sorted(took)[2] < 0.5, took


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["qt", "gtk"])
def test_of_two_hundred_texts_none_is_lost(
    display: Display, inserting: Inserting, kind: str, request: pytest.FixtureRequest
) -> None:
    field: Editor = request.getfixturevalue("editor" if kind == "qt" else "gtk_editor")
    whole = ""
    for number in range(200):
        before = f"copied {number}".encode()
        if number % 10 == 0:
            subprocess.run(["xclip", "-selection", "clipboard"], input=before, env=display.env, check=True, timeout=60)
            wait_for(lambda before=before: on_clipboard(display) == before)
            kept = before
        inserting.do("note")
        whole += f"[{number} grün 你好 🎉] "
        assert inserting.insert(f"[{number} grün 你好 🎉] ", there=True) == "INSERTED"
        field.shows(whole)
        assert on_clipboard(display) == kept
