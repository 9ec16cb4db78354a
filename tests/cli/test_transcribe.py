"""`fanlight transcribe`, with a transcriber that says what the test gave it; and once with Whisper itself."""

from __future__ import annotations

import errno
import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from fanlight import compose
from fanlight.domain.errors import SpeechModelError
from fanlight.ipc.address import addresses
from fanlight.ipc.yield_lock import YieldLock
from fanlight.speech.model_files import whisper_base
from support.command_line import Run, Speak
from support.media_files import Track, muxed
from support.recordings import FOLDER, recording, transcript, write_wav
from support.tracing import can_trace
from support.word_errors import Errors


def test_text_goes_to_stdout(fanlight: Run, says: Speak, spoken: Path) -> None:
    transcriber = says("Hello there.")
    ran = fanlight("transcribe", spoken)
    assert (ran.status, ran.out, ran.err) == (0, "Hello there.\n", "")
    assert transcriber.closed


@pytest.mark.parametrize(("form", "start"), [("srt", "1\n00:00:00,"), ("vtt", "WEBVTT\n\n00:00:00.")])
def test_subtitles_go_to_stdout(fanlight: Run, says: Speak, spoken: Path, form: str, start: str) -> None:
    says("Hello there.")
    ran = fanlight("transcribe", spoken, "--format", form)
    assert ran.status == 0
    assert ran.out.startswith(start)
    assert "Hello there." in ran.out


def test_json_of_one_file_is_an_object_and_of_several_a_list(
    fanlight: Run, says: Speak, spoken: Path, tmp_path: Path
) -> None:
    says("Hello.")
    one = json.loads(fanlight("transcribe", spoken, "--format", "json").out)
    assert (one["file"], one["text"], one["model"]) == ("spoken.wav", "Hello.", "scripted")
    assert one["seconds"] == pytest.approx(3, abs=0.1)
    other = write_wav(tmp_path / "other.wav", recording("austen880")[::-1])
    both = json.loads(fanlight("transcribe", spoken, other, "--format", "json").out)
    assert [each["file"] for each in both] == ["spoken.wav", "other.wav"]


def test_files_are_written_whole_beside_each_other(fanlight: Run, says: Speak, spoken: Path, tmp_path: Path) -> None:
    says("Hello.")
    (tmp_path / "out").mkdir()
    other = write_wav(tmp_path / "other.wav", recording("austen880")[::-1])
    ran = fanlight("transcribe", spoken, other, "--format", "srt", "--output", tmp_path / "out")
    assert (ran.status, ran.out) == (0, "")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["other.srt", "spoken.srt"]
    assert fanlight("transcribe", spoken, "-o", tmp_path / "one.txt").status == 0
    assert (tmp_path / "one.txt").read_text("utf-8") == "Hello.\n"


def test_what_is_asked_reaches_the_model(fanlight: Run, says: Speak, spoken: Path) -> None:
    transcriber = says("Hello.")
    fanlight("transcribe", spoken, "--language", "German", "--translate")
    assert (transcriber.calls[0].options.language, transcriber.calls[0].options.translate) == ("de", True)


def test_a_bad_file_is_said_and_the_others_are_done(fanlight: Run, says: Speak, spoken: Path, tmp_path: Path) -> None:
    says("Hello.")
    (tmp_path / "bad.wav").write_bytes(b"no sound")
    ran = fanlight("transcribe", tmp_path / "bad.wav", spoken, tmp_path / "missing.mp3")
    assert (ran.status, ran.out) == (3, "Hello.\n")
    assert "bad.wav is not a recording" in ran.err
    assert "does not exist" in ran.err


def test_bad_files_alone_load_no_model(fanlight: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compose, "load_transcriber", lambda *_: pytest.fail("the model was loaded"))
    assert fanlight("transcribe", tmp_path / "missing.mp3").status == 3


def test_trouble_with_the_model_is_exit_4(
    fanlight: Run, spoken: Path, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    def fail(*_: object) -> None:
        raise SpeechModelError("The speech model is not installed.", "pip install it")

    with monkeypatch.context() as patch:
        patch.setattr(compose, "load_transcriber", fail)
        ran = fanlight("transcribe", spoken)
    assert ran.status == 4
    assert "not installed" in ran.err
    home.mkdir(exist_ok=True)
    (home / "settings.json").write_text('{"speech_model": "/nowhere"}', "utf-8")
    assert fanlight("transcribe", spoken).status == 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--language", "klingon"], "does not know the language"),
        (["--output", "nowhere/out.txt"], "/nowhere does not exist"),
        (["--output", "{spoken}"], "would replace the input"),
    ],
)
def test_what_can_not_be_asked_is_refused_before_any_work(
    fanlight: Run, spoken: Path, words: list[str], said: str
) -> None:
    ran = fanlight("transcribe", spoken, *[word.format(spoken=spoken) for word in words])
    assert ran.status == 3
    assert said in ran.err


def test_subtitles_of_several_files_need_a_folder(fanlight: Run, spoken: Path) -> None:
    ran = fanlight("transcribe", spoken, spoken, "--format", "srt")
    assert ran.status == 3
    assert "--output" in ran.err


def test_silence_gives_an_empty_transcript(fanlight: Run, says: Speak, tmp_path: Path) -> None:
    says("invented")
    ran = fanlight("transcribe", write_wav(tmp_path / "a.wav", np.zeros(32_000, np.float32)))
    assert (ran.status, ran.out) == (0, "")


CHILD = """
import signal, sys, time
from fanlight import cli, compose
from fanlight.speech.scripted import ScriptedTranscriber
def slow(audio, effort):
    print("decoding", file=sys.stderr, flush=True)
    time.sleep(float(sys.argv[2]))
    return f"Heard {len(audio) // 16000}."
compose.load_transcriber = lambda *_: ScriptedTranscriber(slow)
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs inherit it ignored
sys.exit(cli.main(["transcribe", sys.argv[1]]))
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_ended_goes_on_after_its_last_finished_part(tmp_path: Path, end: signal.Signals) -> None:
    """A kill may come at any moment; Ctrl+C says that nothing is lost."""
    talk = np.concatenate([recording("twocities"), recording("jfk"), recording("lj0131")])
    path = write_wav(tmp_path / "talk.wav", talk)
    home = tmp_path / "home"

    def start(seconds: float) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", CHILD, str(path), str(seconds)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "FANLIGHT_HOME": str(home)},
        )  # fmt: skip

    first = start(2.0)
    assert first.stderr is not None
    assert [first.stderr.readline() for _ in range(2)] == ["decoding\n"] * 2  # so one part is finished
    first.send_signal(end)
    _, err = first.communicate(timeout=60)
    assert first.returncode == (-signal.SIGKILL if end == signal.SIGKILL else 130)
    assert end == signal.SIGKILL or "continues after" in err
    journal = next((home / "cache" / "speech" / "parts").iterdir())
    done = len(journal.read_text("utf-8").splitlines())
    assert done >= 1
    second = start(0.0)
    out, err = second.communicate(timeout=60)
    whole = start(0.0)
    complete, all_of_it = whole.communicate(timeout=60)
    assert second.returncode == 0
    assert err.count("decoding") == all_of_it.count("decoding") - done
    assert len(out.split()) == len(complete.split())
    assert not list((home / "cache" / "speech" / "parts").iterdir())


@pytest.mark.parametrize(("opened", "effort"), [(False, "best"), (True, "final")])
def test_parts_are_short_where_a_window_is_open_in_which_somebody_may_speak(
    fanlight: Run, says: Speak, spoken: Path, home: Path, monkeypatch: pytest.MonkeyPatch, opened: bool, effort: str
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    if opened:
        place = Path(addresses()[0])
        place.parent.mkdir(0o700, parents=True)
        place.touch()
    transcriber = says("Hello.")
    assert fanlight("transcribe", spoken).status == 0
    assert {call.effort for call in transcriber.calls} == {effort}


TALKING = """
import sys
from pathlib import Path
from fanlight.ipc.yield_lock import YieldLock
lock = YieldLock(Path(sys.argv[1]))
for line in sys.stdin:
    print(lock.acquire() if line == "press\\n" else lock.release(), flush=True)
"""


@pytest.mark.parametrize("end", ["release", "kill"])
def test_it_waits_between_parts_while_somebody_dictates_in_the_window(tmp_path: Path, end: str) -> None:
    """Another process holds the key; also when that is killed, the command goes on."""
    talk = np.concatenate([recording("twocities"), recording("jfk"), recording("lj0131")])
    path = write_wav(tmp_path / "talk.wav", talk)
    home = tmp_path / "home"
    home.mkdir()
    environment = {**os.environ, "FANLIGHT_HOME": str(home), "PYTHONPATH": os.pathsep.join(sys.path)}

    def start(code: str, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", code, *words], text=True, env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    window, command = start(TALKING, str(home)), start(CHILD, str(path), "1.0")
    assert window.stdin
    assert window.stdout
    assert command.stderr
    assert command.stderr.readline() == "decoding\n"
    window.stdin.write("press\n")
    window.stdin.flush()
    assert window.stdout.readline() == "True\n"
    said, _, _ = select.select([command.stderr], [], [], 3.0)
    assert not said  # the part that was under way ended; none began
    assert command.poll() is None
    if end == "kill":
        window.kill()
    else:
        window.stdin.write("release\n")
        window.stdin.flush()
    assert command.stderr.readline() == "decoding\n"
    command.communicate(timeout=60)
    assert command.returncode == 0
    window.kill()
    window.communicate()


def test_the_progress_line_says_that_it_waits(fanlight: Run, says: Speak, spoken: Path, home: Path) -> None:
    says("Hello.")
    home.mkdir(exist_ok=True)
    lock = YieldLock(home)
    assert lock.acquire()
    shown: list[str] = []

    def show(_: object, text: str) -> None:
        shown.append(text)
        if "while you speak" in text:
            lock.release()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("fanlight.cli.transcript_output.ProgressLine.show", show)
        ran = fanlight("transcribe", spoken)
    assert (ran.status, ran.out) == (0, "Hello.\n")
    assert "spoken.wav: waiting while you speak" in shown


def test_a_disk_without_room_is_said_leaves_nothing_half_written_and_keeps_what_was_heard(
    fanlight: Run, says: Speak, spoken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    transcriber = says("Hello.")
    real = os.fsync

    def full(descriptor: int) -> None:
        if ".out.txt" in str(Path(f"/proc/self/fd/{descriptor}").readlink()):
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        ran = fanlight("transcribe", spoken, "-o", tmp_path / "out.txt")
    assert ran.status == 3
    assert "There is not enough disk space for out.txt." in ran.err
    assert not list(tmp_path.glob("*out.txt*"))
    again = says("Other words.")
    assert fanlight("transcribe", spoken, "-o", tmp_path / "out.txt").status == 0
    assert (tmp_path / "out.txt").read_text("utf-8") == "Hello.\n"
    assert transcriber.calls
    assert not again.calls


def test_of_several_audio_tracks_it_is_said_which_was_heard(fanlight: Run, says: Speak, tmp_path: Path) -> None:
    says("Hello.")
    voice = recording("austen880")
    path = muxed(tmp_path / "two.mkv", Track([(0, voice)], "fre"), Track([(0, voice)], "eng", default=True))
    ran = fanlight("transcribe", path)
    assert (ran.status, ran.out) == (0, "Hello.\n")
    assert "two.mkv: of its 2 audio tracks, number 2 was heard" in ran.err
    assert "number 1 was heard" in fanlight("transcribe", "--language", "fr", path).err


@pytest.mark.model
def test_whisper_itself_in_a_home_of_its_own_hears_right_and_opens_no_internet_socket(
    home: Path, tmp_path: Path
) -> None:
    program = [str(Path(sys.executable).with_name("fanlight"))]
    trace = tmp_path / "trace"
    if can_trace():
        program = ["strace", "-f", "-e", "trace=%net", "-o", str(trace), *program]
    command = [*program, "transcribe", str(FOLDER / "jfk.wav")]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=280)
    assert ran.returncode == 0, ran.stderr
    assert Errors().add(transcript("jfk"), ran.stdout) <= 1
    assert whisper_base(home / "cache").is_dir()
    if trace.exists():
        calls = trace.read_text("utf-8", "replace")
        assert "exited with 0" in calls
        assert "AF_INET" not in calls
