"""`fanlight ask` while a window is open: the window's model answers, and nothing else about it is different."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fanlight.pictures.decode import read_bytes
from support.instances import LONG_SECONDS, Window, command, opened, reachable, run
from support.pictures import red_circle

pytestmark = [pytest.mark.gui, pytest.mark.skipif(sys.platform == "win32", reason="not run there")]

WORDS = "word0 word1 word2 \n"


@pytest.fixture(scope="module")
def module_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shared") / "home"


@pytest.fixture(scope="module")
def open_window(module_home: Path) -> Iterator[Window]:
    """One window for all tests that leave it as it was; three words are its answer to everything."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FANLIGHT_HOME", str(module_home))
        with opened(words=3) as window:
            window.says("ready")
            yield window


@pytest.fixture
def window(open_window: Window, module_home: Path, monkeypatch: pytest.MonkeyPatch) -> Window:
    monkeypatch.setenv("FANLIGHT_HOME", str(module_home))
    open_window.forget()
    return open_window


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    return red_circle(tmp_path / "circle.png", 192)


def test_the_window_answers_and_no_model_is_loaded(window: Window, picture: Path) -> None:
    timed = [sys.executable, "-X", "importtime", "-m", "fanlight", "ask", "-i", str(picture), "What is it?"]
    ran = subprocess.run(timed, capture_output=True, text=True, timeout=LONG_SECONDS)
    assert (ran.returncode, ran.stdout) == (0, WORDS)
    imported = set(re.findall(r"\|\s+([\w.]+)$", ran.stderr, re.MULTILINE))
    assert "fanlight.pictures.files" in imported
    assert {name for name in imported if name.partition(".")[0] in ("llama_cpp", "numpy", "PIL", "PySide6")} == set()
    assert not [name for name in imported if name.startswith("fanlight.engine")]


def test_pictures_question_and_standing_instruction_arrive_as_they_are(window: Window, picture: Path) -> None:
    other = red_circle(picture.with_name("larger.png"), 200)
    assert run("ask", "-i", picture, "-i", other, "--system", "Be brief.", "Où ? 🙂").status == 0
    seen = [read_bytes(path.read_bytes()).image.id for path in (picture, other)]
    assert window.says("asked")["asked"] == [["system", "Be brief.", []], ["user", "Où ? 🙂", seen]]


def test_what_was_chosen_on_the_command_line_reaches_the_window_s_model(window: Window, tmp_path: Path) -> None:
    schema, grammar = tmp_path / "schema.json", tmp_path / "g.gbnf"
    schema.write_text('{"type": "object"}', "utf-8")
    grammar.write_text('root ::= "a"', "utf-8")
    ran = run("ask", "--schema", schema, "--temperature", "0.5", "--seed", "7", "--max-tokens", "2", "x")
    assert ran.out == "word0 word1 \n"
    said = window.says("asked")["sampling"]
    assert (said["temperature"], said["seed"], said["max_tokens"]) == (0.5, 7, 2)
    assert (said["json_schema"], said["grammar"]) == ('{"type": "object"}', None)
    assert run("ask", "--grammar", grammar, "x").status == 0
    said = window.says("asked")["sampling"]
    assert (said["json_schema"], said["grammar"]) == (None, 'root ::= "a"')


def test_json_holds_what_it_always_holds(window: Window) -> None:
    ran = run("ask", "--json", "x")
    said = json.loads(ran.out)
    assert (ran.status, said["answer"], said["model"]) == (0, "word0 word1 word2 ", "practice")
    assert said["timings"]["generated_tokens"] == 3
    assert said["timings"]["finished"] == "end"


def test_it_asks_at_a_seat_of_its_own(window: Window) -> None:
    assert run("ask", "x").status == 0
    assert window.says("asked")["slot"] == "command"


@pytest.mark.parametrize(
    ("words", "status"),
    [(["-i", "nothing.png", "x"], 3), (["  "], 3), (["--model", "nothing", "x"], 4), (["--temperature", "9", "x"], 2)],
)
def test_what_is_wrong_is_said_as_ever(window: Window, words: list[str], status: int) -> None:
    ran = run("ask", *words)
    assert (ran.status, ran.out, len(ran.err.splitlines())) == (status, "", 2)


def test_stdin_is_read_by_who_asks(window: Window) -> None:
    process = command("ask", "-", stdin=subprocess.PIPE)
    assert process.communicate("a long question " * 1000, timeout=LONG_SECONDS)[0] == WORDS
    asked = window.says("asked")["asked"]
    assert len(asked[0][1].split()) == 3000


@pytest.mark.model
def test_another_model_is_loaded_where_it_is_asked_for(window: Window, picture: Path, tmp_path: Path) -> None:
    from fanlight import paths

    for name in ("practice.gguf", "practice-mmproj.gguf"):
        (tmp_path / name).write_bytes((paths.shipped_models() / "practice" / name).read_bytes())
    ran = run("ask", "--model", tmp_path / "practice.gguf", "--temperature", "0", "-i", picture, "What colour is it?")
    assert ran.status == 0
    assert "word0" not in ran.out
    assert ran.out.strip()


# Windows that this does something to.


def started(words: subprocess.Popen[str]) -> str:
    """The first of what it prints."""
    assert words.stdout is not None
    return words.stdout.read(6)


def test_ctrl_c_stops_the_window_s_model_and_is_quiet() -> None:
    with opened(words=5000, seconds=0.02) as window:
        asking = command("ask", "Count.")
        assert started(asking) == "word0 "
        asking.send_signal(signal.SIGINT)
        out, err = asking.communicate(timeout=LONG_SECONDS)
        assert (asking.returncode, err) == (130, "")
        assert out.endswith("\n")
        assert window.says("ended")["ended"] == "stopped"
        killed = command("ask", "Count.")
        assert started(killed) == "word0 "
        killed.kill()
        killed.communicate(timeout=LONG_SECONDS)
        assert window.says("ended")["ended"] == "stopped"
        assert run("ask", "--max-tokens", "1", "And now?").out == "word0 \n"


def test_who_stops_reading_stops_the_model() -> None:
    with opened(words=5000, seconds=0.02) as window:
        asking = command("ask", "Count.")
        started(asking)
        assert asking.stdout is not None
        asking.stdout.close()
        asking.stdout = None
        assert asking.communicate(timeout=LONG_SECONDS)[1] == ""
        assert asking.returncode == 141
        assert window.says("ended")["ended"] == "stopped"


def test_a_window_killed_in_the_middle_is_one_clear_error() -> None:
    with opened(words=5000, seconds=0.02) as window:
        asking = command("ask", "Count.")
        started(asking)
        window.kill()
        out, err = asking.communicate(timeout=LONG_SECONDS)
        assert asking.returncode == 1
        assert out.endswith("\n")  # of what was said so far
        assert len(err.splitlines()) == 2
        assert "window" in err


def test_a_window_that_is_quit_in_the_middle_is_the_same_error() -> None:
    with opened(words=5000, seconds=0.02) as window:
        asking = command("ask", "Count.")
        started(asking)
        assert run("quit").status == 0
        assert window.ends() == 0
        _, err = asking.communicate(timeout=LONG_SECONDS)
        assert (asking.returncode, len(err.splitlines())) == (1, 2)


@pytest.mark.model
def test_a_window_killed_before_anything_was_printed_costs_time_only() -> None:
    with opened(words=5000, seconds=0.05) as window:
        asking = command("ask", "--json", "Who are you?")
        window.says("asked")
        time.sleep(0.2)  # before its first word
        window.kill()
        out, err = asking.communicate(timeout=LONG_SECONDS)
        assert (asking.returncode, err) == (0, "")
        assert "word0" not in json.loads(out)["answer"]


def test_a_window_that_is_still_loading_is_waited_for() -> None:
    with opened(words=3, load_seconds=4) as window:
        assert run("ask", "x").out == WORDS
        assert window.says("asked")["asked"] == [["user", "x", []]]


def test_trouble_in_the_middle_of_an_answer_is_the_model_s_own() -> None:
    with opened(words=3, fails_after=1):
        ran = run("ask", "x")
        assert (ran.status, ran.out) == (4, "word0 \n")
        assert ran.err.splitlines() == ["fanlight: The script ends in an error here.", "  It was asked to."]


@pytest.mark.model
def test_the_practice_model_says_the_same_in_the_window_and_alone(picture: Path, tmp_path: Path) -> None:
    schema = tmp_path / "schema.json"
    schema.write_text('{"enum": ["one", "two"]}', "utf-8")
    questions: list[list[str | Path]] = [
        ["-i", picture, "What colour is the circle?"],
        ["-i", picture, "--temperature", "1", "--seed", "3", "--max-tokens", "8", "Describe the picture."],
        ["--schema", schema, "--max-tokens", "40", "How many?"],
    ]
    alone = [run("ask", *words) for words in questions]
    window = command("--hidden")
    try:
        reachable()
        assert [run("ask", *words) for words in questions] == alone
        assert run("quit").status == 0
        assert window.communicate(timeout=LONG_SECONDS) == ("", "")
    finally:
        window.kill()
        window.communicate()
    assert [ran.status for ran in alone] == [0, 0, 0]
