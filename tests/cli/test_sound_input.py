"""Recordings from pipes and stdin; where transcripts are written to."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from fanlight import compose, files
from fanlight.cli.sound_input import SoundInputs
from fanlight.domain.errors import AudioError
from fanlight.domain.stop import StopFlag
from fanlight.speech.scripted import ScriptedTranscriber
from support.command_line import Run, Speak
from support.media_files import encoded
from support.recordings import recording, write_wav

pytestmark = pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")


def written_into(pipe: Path, data: bytes) -> threading.Thread:
    writer = threading.Thread(target=lambda: pipe.write_bytes(data))
    writer.start()
    return writer


def test_a_named_pipe_is_waited_for_and_read_to_its_end(
    fanlight: Run, says: Speak, spoken: Path, tmp_path: Path, home: Path
) -> None:
    says("Hello.")
    os.mkfifo(tmp_path / "pipe")
    writer = written_into(tmp_path / "pipe", spoken.read_bytes())
    ran = fanlight("transcribe", tmp_path / "pipe", "--format", "json")
    writer.join()
    said = json.loads(ran.out)
    assert (ran.status, said["file"], said["text"]) == (0, "pipe", "Hello.")
    assert said["seconds"] == pytest.approx(3, abs=0.1)
    assert not list((home / "cache" / "speech" / "pipes").iterdir())


CHILD = """
import sys
from fanlight import cli, compose
from fanlight.speech.scripted import ScriptedTranscriber
compose.load_transcriber = lambda *_: ScriptedTranscriber("Hello.")
sys.exit(cli.main(["transcribe", *sys.argv[1:]]))
"""


@pytest.mark.parametrize(
    "line",
    ["{run} - <spoken.wav", "cat spoken.wav | {run} /dev/stdin", "{run} <(cat spoken.wav)", "{run} - <<<''",
     "{run} spoken.wav - <spoken.wav -o texts/"],
)  # fmt: skip
def test_what_the_shell_connects_is_read(tmp_path: Path, spoken: Path, line: str) -> None:
    ran = subprocess.run(
        ["bash", "-c", line.format(run=f'"{sys.executable}" -c "$CODE"')], cwd=tmp_path, capture_output=True, text=True,
        env={**os.environ, "CODE": CHILD, "PYTHONPATH": os.pathsep.join(sys.path)}, timeout=60,
    )  # fmt: skip
    if "<<<" in line:
        assert ran.returncode == 3
        assert "stdin is not a recording" in ran.stderr
    elif "texts/" in line:
        assert ran.returncode == 0, ran.stderr
        assert sorted(path.name for path in (tmp_path / "texts").iterdir()) == ["spoken.txt", "stdin.txt"]
    else:
        assert (ran.returncode, ran.stdout) == (0, "Hello.\n"), ran.stderr


def test_a_pipe_that_nobody_writes_to_is_left_when_the_command_is_stopped(tmp_path: Path, home: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    stop = StopFlag()
    stop.set()
    with SoundInputs() as inputs:
        inputs.file_of(tmp_path / "pipe", stop)
    assert not list((home / "cache" / "speech" / "pipes").iterdir())


@pytest.mark.parametrize(
    ("named", "said"),
    [("/dev/null", "is a device"), ("/dev/fd/99", "Bad file descriptor"), ("missing.wav", "does not exist"),
     ("x" * 300, "name too long"), ("loop", "symbolic links"), (".", "is a folder")],
)  # fmt: skip
def test_what_is_no_recording_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str, said: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "loop").symlink_to("loop")
    with SoundInputs() as inputs, pytest.raises(AudioError, match=said):
        inputs.file_of(Path(named), StopFlag())


@pytest.mark.parametrize(
    ("name", "start"), [("a.srt", "1\n00"), ("a.VTT", "WEBVTT"), ("a.json", "{"), ("a.doc", "Hel")]
)
def test_the_format_follows_the_outputs_name(
    fanlight: Run, says: Speak, spoken: Path, tmp_path: Path, name: str, start: str
) -> None:
    says("Hello.")
    assert fanlight("transcribe", spoken, "-o", tmp_path / name).status == 0
    assert (tmp_path / name).read_text("utf-8").startswith(start)
    assert fanlight("transcribe", spoken, "-o", tmp_path / name, "--format", "text").status == 0
    assert (tmp_path / name).read_text("utf-8") == "Hello.\n"


def test_a_folder_is_made_where_one_is_named(fanlight: Run, says: Speak, spoken: Path, tmp_path: Path) -> None:
    says("Hello.")
    assert fanlight("transcribe", spoken, "-o", f"{tmp_path}/texts/").status == 0
    assert (tmp_path / "texts" / "spoken.txt").read_text("utf-8") == "Hello.\n"
    other = write_wav(tmp_path / "other.wav", recording("austen880")[::-1])
    assert fanlight("transcribe", spoken, other, "-o", tmp_path / "two", "--format", "srt").status == 0
    assert sorted(path.name for path in (tmp_path / "two").iterdir()) == ["other.srt", "spoken.srt"]
    assert fanlight("transcribe", spoken, "-o", f"{tmp_path}/no/such/").status == 3
    assert fanlight("transcribe", spoken, other, "-o", tmp_path / "texts" / "spoken.txt").status == 3


@pytest.mark.parametrize("name", ["x" * 251 + ".srt", "é" * 125 + ".srt"])
def test_the_longest_names_can_be_used(fanlight: Run, says: Speak, spoken: Path, tmp_path: Path, name: str) -> None:
    says("Hello.")
    assert fanlight("transcribe", spoken, "-o", tmp_path / name).status == 0
    long = write_wav(tmp_path / ("y" * 251 + ".wav"), recording("austen880"))
    assert fanlight("transcribe", long, "-o", f"{tmp_path}/texts/", "--format", "json").status == 0
    assert [path.suffix for path in (tmp_path / "texts").iterdir()] == [".json"]


def test_a_device_a_pipe_and_a_link_are_written_to(
    fanlight: Run, says: Speak, spoken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    says("Hello.")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link.txt").symlink_to("target.txt")
    (tmp_path / "null").symlink_to("/dev/null")
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append((tmp_path / "pipe").read_bytes()))
    reader.start()
    for name in ("pipe", "link.txt", "null"):
        assert fanlight("transcribe", spoken, "-o", tmp_path / name).status == 0
    reader.join()
    assert got == [b"Hello.\n"]
    assert (tmp_path / "pipe").is_fifo()
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "target.txt").read_text("utf-8") == "Hello.\n"
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    monkeypatch.setattr(files, "READER_SECONDS", 0.1)
    ran = fanlight("transcribe", spoken, "-o", tmp_path / "pipe")
    assert ran.status == 3
    assert "Nothing reads from" in ran.err
    assert "is kept" in ran.err


def test_that_nothing_was_heard_is_said_and_the_empty_transcript_is_written(
    fanlight: Run, says: Speak, tmp_path: Path
) -> None:
    says("invented")
    quiet = write_wav(tmp_path / "quiet.wav", np.zeros(32_000, np.float32))
    ran = fanlight("transcribe", quiet, "-o", tmp_path / "out.srt")
    assert (ran.status, ran.err) == (0, "fanlight: quiet.wav: no speech was found in it.\n")
    assert (tmp_path / "out.srt").read_text("utf-8") == ""


def test_half_a_file_is_said_and_its_seconds_are_those_that_were_decoded(
    fanlight: Run, says: Speak, tmp_path: Path
) -> None:
    says("Hello.")
    whole = encoded(tmp_path / "whole.flac", np.tile(recording("austen880"), 4), "flac", 16_000, "mono")
    (tmp_path / "half.flac").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    ran = fanlight("transcribe", tmp_path / "half.flac", "--format", "json")
    assert ran.status == 0
    assert 4 < json.loads(ran.out)["seconds"] < 8
    assert re.search(r"half.flac: only 0:0\d of 0:1\d could be decoded", ran.err)
    assert fanlight("transcribe", whole).err == ""


def test_a_bug_with_one_file_is_that_files_alone(
    fanlight: Run, monkeypatch: pytest.MonkeyPatch, spoken: Path, tmp_path: Path
) -> None:
    other = write_wav(tmp_path / "other.wav", recording("austen880")[::-1])
    calls: list[int] = []

    def hear(*_: object) -> str:
        calls.append(1)
        if len(calls) == 1:
            raise KeyError("a bug")
        return "Hello."

    monkeypatch.setattr(compose, "load_transcriber", lambda *_: ScriptedTranscriber(hear))
    ran = fanlight("transcribe", spoken, other)
    assert (ran.status, ran.out) == (3, "Hello.\n")
    assert "KeyError" in ran.err


def test_restart_hears_everything_again(fanlight: Run, says: Speak, spoken: Path, tmp_path: Path) -> None:
    first = says("Hello.")
    (tmp_path / "link").symlink_to("/dev/full")
    assert fanlight("transcribe", spoken, "-o", tmp_path / "link").status == 3
    again = says("Other.")
    assert fanlight("transcribe", spoken).out == "Hello.\n"
    assert fanlight("transcribe", spoken, "-o", tmp_path / "link").status == 3
    assert len(first.calls) == 1
    assert fanlight("transcribe", spoken, "--restart").out == "Other.\n"
    assert again.calls


@pytest.mark.parametrize("language", ["pt-BR", "zh-TW", "en_US", "nb", "jv", "Mandarin", "Castilian"])
def test_languages_as_people_write_them(fanlight: Run, says: Speak, spoken: Path, language: str) -> None:
    transcriber = says("Hello.")
    assert fanlight("transcribe", spoken, "--language", language).status == 0
    assert transcriber.calls[0].options.language in ("pt", "zh", "en", "no", "jw", "es")


def test_an_unknown_language_is_said_in_two_lines(fanlight: Run, spoken: Path) -> None:
    ran = fanlight("transcribe", spoken, "--language", "Germna")
    assert ran.status == 3
    assert "Did you mean German" in ran.err
    assert len(ran.err) < 300
