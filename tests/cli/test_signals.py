"""Ctrl+C, `kill`, and a closed terminal: once, and again while the command waits for a step to end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from support.recordings import recording, write_wav

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")

CHILD = """
import signal, sys, time
from fanlight import cli, compose
from fanlight.engine.scripted import ScriptedEngine
from fanlight.speech.scripted import ScriptedTranscriber
SECONDS = float(sys.argv.pop(1))
def wait(*_):
    print("begun", flush=True)
    time.sleep(SECONDS)  # as native code: no stop is heard meanwhile
    return "Fine."
class Engine(ScriptedEngine):
    def generate(self, *more):
        wait()
        return super().generate(*more)
compose.load_engine = lambda *_, **__: Engine(["Fine."])
compose.load_transcriber = lambda *_: ScriptedTranscriber(wait)
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs inherit it ignored
sys.exit(cli.main(sys.argv[1:]))
"""
LONG, SHORT = "60", "0.6"


def start(folder: Path, seconds: str, *words: str, ignored: int = 0) -> subprocess.Popen[str]:
    run = subprocess.Popen(
        [sys.executable, "-c", CHILD, seconds, *words], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        preexec_fn=(lambda: signal.signal(ignored, signal.SIG_IGN)) if ignored else None,
    )  # fmt: skip
    assert run.stdout is not None
    assert run.stdout.readline() == "begun\n"
    return run


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "in.json").write_text('[{"id": 1, "question": "?"}]', "utf-8")
    return tmp_path


COMMANDS = [("ask", "Hi"), ("batch", "--input", "in.json", "--output", "out.json")]


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
def test_the_first_ctrl_c_says_that_it_waits_and_the_second_ends_at_once(
    here: Path, words: tuple[str, ...], second: signal.Signals
) -> None:
    run = start(here, LONG, *words)
    run.send_signal(signal.SIGINT)
    assert run.stderr is not None
    while "Stopping" not in (line := run.stderr.readline()):
        assert line
    assert "again" in run.stderr.readline()
    run.send_signal(second)
    _, err = run.communicate(timeout=20)
    assert run.returncode == 130
    assert "Traceback" not in err


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_one_signal_waits_for_the_step_and_has_its_own_status(here: Path, end: signal.Signals) -> None:
    run = start(here, SHORT, "ask", "Hi")
    run.send_signal(end)
    out, err = run.communicate(timeout=20)
    assert run.returncode == 128 + end
    assert "Fine" not in out
    assert "Traceback" not in err


def test_a_signal_that_is_ignored_stays_so(here: Path) -> None:
    """As by nohup."""
    run = start(here, SHORT, "ask", "Hi", ignored=signal.SIGHUP)
    run.send_signal(signal.SIGHUP)
    out, err = run.communicate(timeout=20)
    assert (run.returncode, out, err) == (0, "Fine.\n", "")


HUNG = """
import signal, sys
from fanlight import cli, compose
from fanlight.speech import media_files
from fanlight.speech.scripted import ScriptedTranscriber
from support import parser_tasks
def said(of):
    def blocks(*given):
        print("begun", flush=True)
        return of(*given)
    return blocks
media_files.decode_recording = parser_tasks.sleep_in_c
media_files.blocks = said(media_files.blocks)
compose.load_transcriber = lambda *_: ScriptedTranscriber("Fine.")
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(cli.main(sys.argv[2:]))
"""


def test_ctrl_c_ends_a_decode_of_sound_that_hangs(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_wav(here / "a.wav", recording("austen880"))
    monkeypatch.setattr(sys.modules[__name__], "CHILD", HUNG)
    run = start(here, SHORT, "transcribe", "a.wav")
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=20)
    assert run.returncode == 130
    assert "continues after" in said
