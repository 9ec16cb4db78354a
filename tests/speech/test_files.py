"""Long recordings part by part, and the journal that a killed run goes on from."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

import numpy as np
import pytest

from fanlight.domain.errors import AudioError
from fanlight.domain.speech import SAMPLE_RATE, Asked, Decoded, Effort, Word
from fanlight.speech.audio import Audio, silence
from fanlight.speech.files import transcribed
from fanlight.speech.gate import LoudnessGate
from fanlight.speech.journal import Journal, Part, fingerprint
from fanlight.speech.scripted import ScriptedTranscriber
from support.recordings import write_wav


def speech(seconds: float) -> Audio:
    return np.full(round(seconds * SAMPLE_RATE), 0.1, np.float32)


def measured(audio: Audio, effort: Effort) -> Decoded:
    """One word, from where it is loud to where it is not any more."""
    loud = np.flatnonzero(audio) / SAMPLE_RATE
    return Decoded((Word(f" {len(loud) / SAMPLE_RATE:.0f}s", float(loud[0]), float(loud[-1])),), "en", 0.9)


def parts(path: Path, transcriber: ScriptedTranscriber, journal: Journal | None = None) -> list[Part]:
    return list(transcribed(path, transcriber, LoudnessGate(), Asked(), journal))


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    """Three stretches of speech, 20, 18 and 40 s, with pauses between them; a little more than 90 s."""
    pieces = [silence(2), speech(20), silence(3), speech(18), silence(6), speech(40), silence(2)]
    return write_wav(tmp_path / "talk.wav", np.concatenate(pieces))


def test_parts_end_at_pauses_and_none_is_longer_than_the_model_can_hear(talk: Path) -> None:
    transcriber = ScriptedTranscriber(measured)
    made = parts(talk, transcriber)
    assert max(call.seconds for call in transcriber.calls) <= 30
    words = [word for part in made for word in part.words]
    assert (words[0].start, words[0].end) == pytest.approx((2, 22), abs=0.1)
    assert (words[1].start, words[1].end) == pytest.approx((25, 43), abs=0.1)
    assert words[-1].end == pytest.approx(89, abs=0.1)
    uptos = [part.upto for part in made]
    assert uptos == sorted(set(uptos))
    assert uptos[-1] == pytest.approx(91, abs=0.1)


def test_the_whole_of_long_speech_is_decoded_once(talk: Path) -> None:
    transcriber = ScriptedTranscriber(measured)
    parts(talk, transcriber)
    assert sum(call.seconds for call in transcriber.calls) == pytest.approx(78, abs=3)


def test_a_language_that_was_found_is_kept(talk: Path) -> None:
    transcriber = ScriptedTranscriber(measured)
    parts(talk, transcriber)
    assert [call.asked.language for call in transcriber.calls][:2] == [None, "en"]


def test_silence_is_not_decoded(tmp_path: Path) -> None:
    transcriber = ScriptedTranscriber("invented")
    made = parts(write_wav(tmp_path / "a.wav", silence(100)), transcriber)
    assert transcriber.calls == []
    assert made[-1].upto == pytest.approx(100, abs=0.1)
    assert [part.words for part in made] == [()] * len(made)


def test_a_run_that_was_left_goes_on_after_its_last_part(talk: Path, tmp_path: Path) -> None:
    whole = parts(talk, ScriptedTranscriber(measured))
    transcriber = ScriptedTranscriber(measured)
    first = transcribed(talk, transcriber, LoudnessGate(), Asked(), Journal(tmp_path / "parts", "key"))
    next(first), next(first)
    first.close()
    assert len(transcriber.calls) == 2
    again = ScriptedTranscriber(measured)
    made = parts(talk, again, Journal(tmp_path / "parts", "key"))
    assert [word.text for part in made for word in part.words] == [w.text for part in whole for w in part.words]
    assert len(again.calls) == len([part for part in whole if part.words]) - 2
    assert made[-1].upto == pytest.approx(whole[-1].upto, abs=0.1)


def test_what_was_done_costs_no_decode_at_all(talk: Path, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "parts", "key")
    whole = parts(talk, ScriptedTranscriber(measured), journal)
    again = ScriptedTranscriber("other")
    made = parts(talk, again, Journal(tmp_path / "parts", "key"))
    assert again.calls == []
    assert [part.upto for part in made] == [part.upto for part in whole]
    journal.drop()
    assert list((tmp_path / "parts").iterdir()) == []


PARTS = [Part(1.0, (Word(" a", 0, 1, 0.5),), "en"), Part(2.0, (), ""), Part(3.5, (Word("ü", 2, 3),), "de")]


@pytest.mark.parametrize("torn", [b'{"upto": 9', b"\n", b"\xff\xff\n", b'{"upto": 1.0, "words": [], "language": ""}\n'])
def test_a_line_that_was_torn_is_dropped_and_written_again(tmp_path: Path, torn: bytes) -> None:
    journal = Journal(tmp_path, "key")
    for part in PARTS:
        journal.add(part)
    with (tmp_path / "key.jsonl").open("ab") as file:
        file.write(torn)
    again = Journal(tmp_path, "key")
    assert again.parts() == PARTS
    again.add(Part(9.0, (), "en"))
    assert [part.upto for part in Journal(tmp_path, "key").parts()] == [1.0, 2.0, 3.5, 9.0]


def test_the_journal_is_for_this_users_eyes_only(tmp_path: Path) -> None:
    Journal(tmp_path / "parts", "key").add(PARTS[0])
    assert (tmp_path / "parts" / "key.jsonl").stat().st_mode & 0o077 == 0
    assert (tmp_path / "parts").stat().st_mode & 0o077 == 0


def test_a_full_disk_costs_the_journal_and_not_the_transcript(
    talk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    made = parts(talk, ScriptedTranscriber(measured), Journal(tmp_path / "parts", "key"))
    assert len(made) >= 4
    assert "will begin anew" in caplog.text


def test_old_journals_go(tmp_path: Path) -> None:
    Journal(tmp_path, "old").add(PARTS[0])
    os.utime(tmp_path / "old.jsonl", (0, time.time() - 40 * 24 * 3600))
    Journal(tmp_path, "new").add(PARTS[0])
    assert [path.name for path in tmp_path.iterdir()] == ["new.jsonl"]


def test_a_recording_is_known_by_its_content_and_by_what_is_asked(tmp_path: Path) -> None:
    def key(path: Path, asked: Asked = Asked("en"), model: str = "base") -> str:  # noqa: B008
        return fingerprint(path, asked, model, lambda: True, lambda _: None)

    one, two, other = (write_wav(tmp_path / f"{n}.wav", speech(s)) for n, s in (("a", 1), ("b", 1), ("c", 2)))
    assert key(one) == key(two) != key(other)
    assert len({key(one), key(one, Asked("de")), key(one, Asked("en", True)), key(one, model="small")}) == 4


def test_looking_at_a_recording_can_be_stopped_and_a_missing_one_is_said(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", speech(1))
    assert fingerprint(path, Asked(), "base", lambda: False, lambda _: None) == ""
    with pytest.raises(AudioError, match="can not be read"):
        fingerprint(tmp_path / "none", Asked(), "base", lambda: True, lambda _: None)
