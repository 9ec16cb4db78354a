"""Long recordings part by part, and the journal that a killed run goes on from."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Generator, Iterable
from pathlib import Path

import numpy as np
import pytest

from fanlight.domain.errors import AudioError
from fanlight.domain.replacements import read_replacements
from fanlight.domain.speech import SAMPLE_RATE, Decoded, Effort, TranscriptionOptions, Word, joined
from fanlight.domain.transcription import (
    ScanProgress,
    TranscriptionEvent,
    TranscriptionPart,
    TranscriptionStarted,
    Yielded,
)
from fanlight.speech import media_files
from fanlight.speech.audio import Audio, silence
from fanlight.speech.file_transcription import transcribe_file
from fanlight.speech.journal import Journal, fingerprint
from fanlight.speech.media_source import SKIPPED_SECONDS
from fanlight.speech.scripted import ScriptedTranscriber
from fanlight.speech.segmenter import LONG_PARTS, SHORT_PARTS
from fanlight.speech.vad import LoudnessVad
from support.recordings import write_wav


def speech(seconds: float) -> Audio:
    """As unforeseeable as speech, without a room."""
    return np.random.default_rng(1).choice(np.array([-0.1, 0.1], np.float32), round(seconds * SAMPLE_RATE))


def measured(audio: Audio, effort: Effort) -> Decoded:
    """One word, from where it is loud to where it is not any more."""
    loud = np.flatnonzero(audio) / SAMPLE_RATE
    return Decoded((Word(f" {len(loud) / SAMPLE_RATE:.0f}s", float(loud[0]), float(loud[-1])),), "en", 0.9)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the journals are."""
    return tmp_path / "parts"


def told(
    path: Path, transcriber: ScriptedTranscriber, folder: Path, fresh: bool = False
) -> Generator[TranscriptionEvent, None, None]:
    return transcribe_file(path, transcriber, LoudnessVad(), TranscriptionOptions(), folder, fresh)


def parts(path: Path, transcriber: ScriptedTranscriber, folder: Path, fresh: bool = False) -> list[TranscriptionPart]:
    return [event for event in told(path, transcriber, folder, fresh) if isinstance(event, TranscriptionPart)]


def begun(events: Iterable[TranscriptionEvent]) -> TranscriptionStarted:
    return next(event for event in events if isinstance(event, TranscriptionStarted))


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    """Three stretches of speech, 20, 18 and 40 s, with pauses between them; a little more than 90 s."""
    pieces = [silence(2), speech(20), silence(3), speech(18), silence(6), speech(40), silence(2)]
    return write_wav(tmp_path / "talk.wav", np.concatenate(pieces))


def test_parts_end_at_pauses_and_none_is_longer_than_the_model_can_hear(talk: Path, folder: Path) -> None:
    transcriber = ScriptedTranscriber(measured)
    made = parts(talk, transcriber, folder)
    assert max(call.seconds for call in transcriber.calls) <= 30
    words = [word for part in made for word in part.words]
    assert (words[0].start, words[0].end) == pytest.approx((2, 22), abs=0.1)
    assert (words[1].start, words[1].end) == pytest.approx((25, 43), abs=0.1)
    assert words[-1].end == pytest.approx(89, abs=0.1)
    uptos = [part.upto for part in made]
    assert uptos == sorted(set(uptos))
    assert uptos[-1] == pytest.approx(91, abs=0.1)


def test_brief_parts_are_at_most_ten_seconds_and_decoded_the_fast_way(talk: Path, folder: Path) -> None:
    transcriber = ScriptedTranscriber(measured)
    list(transcribe_file(talk, transcriber, LoudnessVad(), TranscriptionOptions(), folder, limits=lambda: SHORT_PARTS))
    assert max(call.seconds for call in transcriber.calls) <= 10.7  # with the pauses around it
    assert {call.effort for call in transcriber.calls} == {"final"}
    assert sum(call.seconds for call in transcriber.calls) == pytest.approx(78, abs=4)


def test_another_list_of_replacements_decodes_nothing_again(talk: Path, folder: Path) -> None:
    def words(replacements: str) -> set[str]:
        options = TranscriptionOptions(replacements=read_replacements(replacements))
        events = transcribe_file(talk, transcriber, LoudnessVad(), options, folder)
        return {joined(event.words) for event in events if isinstance(event, TranscriptionPart) and event.words}

    transcriber = ScriptedTranscriber("red shapes")
    assert words("red shapes = circles") == {"circles"}
    decoded = len(transcriber.calls)
    assert words("red = blue") == {"blue shapes"}
    assert len(transcriber.calls) == decoded


def test_the_pace_may_change_between_parts(talk: Path, folder: Path) -> None:
    transcriber = ScriptedTranscriber(measured)
    pace = LONG_PARTS
    events = transcribe_file(talk, transcriber, LoudnessVad(), TranscriptionOptions(), folder, limits=lambda: pace)
    assert next(event for event in events if isinstance(event, TranscriptionPart)).upto > 20
    pace = SHORT_PARTS
    rest = [event for event in events if isinstance(event, TranscriptionPart)]
    assert max(call.seconds for call in transcriber.calls[1:]) <= 10.7
    assert rest[-1].upto == pytest.approx(91, abs=0.1)


def test_before_each_decode_something_else_can_be_done(talk: Path, folder: Path) -> None:
    transcriber = ScriptedTranscriber(measured)
    before: TranscriptionEvent | None = None
    decoded = 0
    for event in told(talk, transcriber, folder):
        if len(transcriber.calls) > decoded:
            assert isinstance(before, Yielded)
        before, decoded = event, len(transcriber.calls)
    assert decoded == 4


def test_the_whole_of_long_speech_is_decoded_once(talk: Path, folder: Path) -> None:
    transcriber = ScriptedTranscriber(measured)
    parts(talk, transcriber, folder)
    assert sum(call.seconds for call in transcriber.calls) == pytest.approx(80, abs=3)


def test_each_passage_is_decoded_in_its_own_language(tmp_path: Path, folder: Path) -> None:
    path = write_wav(tmp_path / "switch.wav", np.concatenate([speech(6), silence(3), speech(4), silence(3), speech(5)]))
    transcriber = ScriptedTranscriber(measured, heard_languages=("en", "fr", "en"))
    made = [part for part in parts(path, transcriber, folder) if part.words]
    assert [call.options.language for call in transcriber.calls] == ["en", "fr", "en"]
    assert [part.words[0].start for part in made] == pytest.approx([0, 9, 16], abs=0.1)
    assert [call.seconds for call in transcriber.calls] == pytest.approx([6.5, 5, 5.5], abs=0.2)


def test_passages_of_one_language_are_decoded_in_one(tmp_path: Path, folder: Path) -> None:
    path = write_wav(tmp_path / "talk.wav", np.concatenate([speech(6), silence(2), speech(4), silence(2), speech(5)]))
    transcriber = ScriptedTranscriber(measured, heard_languages=("de",))
    parts(path, transcriber, folder)
    assert [call.options.language for call in transcriber.calls] == ["de"]


def test_the_language_of_what_was_done_is_likely_in_the_run_that_goes_on(talk: Path, folder: Path) -> None:
    events = told(talk, ScriptedTranscriber(measured), folder)
    assert any(isinstance(event, TranscriptionPart) for event in events)
    events.close()
    transcriber = ScriptedTranscriber(measured)
    parts(talk, transcriber, folder)
    assert transcriber.calls[0].options.likely_language == "en"


def test_silence_is_not_decoded(tmp_path: Path, folder: Path) -> None:
    transcriber = ScriptedTranscriber("invented")
    made = parts(write_wav(tmp_path / "a.wav", silence(100)), transcriber, folder)
    assert transcriber.calls == []
    assert made[-1].upto == pytest.approx(100, abs=0.1)
    assert [part.words for part in made] == [()] * len(made)


def test_a_run_that_was_left_says_where_it_goes_on_and_goes_on_there(talk: Path, folder: Path) -> None:
    whole = parts(talk, ScriptedTranscriber(measured), folder, fresh=True)
    transcriber = ScriptedTranscriber(measured)
    first = told(talk, transcriber, folder, fresh=True)
    last = [event for event in (next(first) for _ in range(6)) if isinstance(event, TranscriptionPart)][-1]
    first.close()
    assert len(transcriber.calls) == 2
    again = ScriptedTranscriber(measured)
    events = list(told(talk, again, folder))
    assert (begun(events).upto, begun(events).whole) == (last.upto, False)
    made = [event for event in events if isinstance(event, TranscriptionPart)]
    assert [word.text for part in made for word in part.words] == [w.text for part in whole for w in part.words]
    assert len(again.calls) == len([part for part in whole if part.words]) - 2
    assert made[-1].upto == pytest.approx(whole[-1].upto, abs=0.1)


def test_on_the_way_to_where_it_goes_on_it_can_be_left_at_any_time(talk: Path, folder: Path) -> None:
    """A person may speak meanwhile, and the way may be hours long."""
    first = told(talk, ScriptedTranscriber(measured), folder)
    for event in first:
        if isinstance(event, TranscriptionPart) and event.upto > 60:
            break
    first.close()
    events = list(told(talk, ScriptedTranscriber(measured), folder))
    passed = [event.share for event in events[events.index(begun(events)) :] if isinstance(event, ScanProgress)]
    assert len(passed) >= 60 // SKIPPED_SECONDS - 1
    assert passed == sorted(passed)


def test_what_was_done_costs_no_decode_and_no_look_into_the_sound(
    talk: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = parts(talk, ScriptedTranscriber(measured), folder)
    monkeypatch.setattr(media_files, "blocks", lambda *_: pytest.fail("it was read"))
    events = list(told(talk, ScriptedTranscriber("other"), folder))
    assert begun(events).whole
    assert [event.upto for event in events if isinstance(event, TranscriptionPart)] == [part.upto for part in whole]
    Journal(folder, begun(events).key).drop()
    assert list(folder.iterdir()) == []


def test_starting_afresh_forgets_what_was_done(talk: Path, folder: Path) -> None:
    parts(talk, ScriptedTranscriber(measured), folder)
    again = ScriptedTranscriber(measured)
    events = list(told(talk, again, folder, fresh=True))
    assert (begun(events).upto, begun(events).whole) == (0, False)
    assert sum(call.seconds for call in again.calls) == pytest.approx(80, abs=3)


PARTS = [
    TranscriptionPart(1.0, (Word(" a", 0, 1, 0.5),), "en"),
    TranscriptionPart(2.0, (), ""),
    TranscriptionPart(3.5, (Word("ü", 2, 3),), "de"),
]


@pytest.mark.parametrize("torn", [b'{"upto": 9', b"\n", b"\xff\xff\n", b'{"upto": 1.0, "words": [], "language": ""}\n'])
def test_a_line_that_was_torn_is_dropped_and_written_again(tmp_path: Path, torn: bytes) -> None:
    journal = Journal(tmp_path, "key")
    for part in PARTS:
        journal.add(part)
    with (tmp_path / "key.jsonl").open("ab") as file:
        file.write(torn)
    again = Journal(tmp_path, "key")
    assert again.parts() == PARTS
    assert not again.whole
    again.add(TranscriptionPart(9.0, (), "en"))
    assert [part.upto for part in Journal(tmp_path, "key").parts()] == [1.0, 2.0, 3.5, 9.0]


def test_the_journal_is_for_this_users_eyes_only(tmp_path: Path) -> None:
    Journal(tmp_path / "parts", "key").add(PARTS[0])
    assert (tmp_path / "parts" / "key.jsonl").stat().st_mode & 0o077 == 0
    assert (tmp_path / "parts").stat().st_mode & 0o077 == 0


def test_a_full_disk_costs_the_journal_and_not_the_transcript(
    talk: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    made = parts(talk, ScriptedTranscriber(measured), folder)
    assert len(made) >= 4
    assert "will begin anew" in caplog.text


def test_old_journals_go(tmp_path: Path) -> None:
    Journal(tmp_path, "old").add(PARTS[0])
    os.utime(tmp_path / "old.jsonl", (0, time.time() - 40 * 24 * 3600))
    Journal(tmp_path, "new").add(PARTS[0])
    assert [path.name for path in tmp_path.iterdir()] == ["new.jsonl"]


def key(path: Path, asked: TranscriptionOptions = TranscriptionOptions("en"), model: str = "base") -> str:  # noqa: B008
    looking = fingerprint(path, asked, model)
    while True:
        try:
            assert 0 <= next(looking).share <= 1
        except StopIteration as end:
            return str(end.value)


def test_a_recording_is_known_by_its_content_and_by_what_is_asked(tmp_path: Path) -> None:
    one, two, other = (write_wav(tmp_path / f"{n}.wav", speech(s)) for n, s in (("a", 1), ("b", 1), ("c", 2)))
    assert key(one) == key(two) != key(other)
    assert (
        len(
            {
                key(one),
                key(one, TranscriptionOptions("de")),
                key(one, TranscriptionOptions("en", True)),
                key(one, model="small"),
            }
        )
        == 4
    )


def test_a_recording_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="cannot be read: No such file"):
        key(tmp_path / "none")
