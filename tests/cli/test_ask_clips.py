"""`fanlight ask -i` and `fanlight batch` with videos and recordings, answered from a script."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fanlight import compose
from fanlight.cli import clip_sound
from fanlight.domain.errors import SpeechModelError
from fanlight.domain.messages import ImagePart, Message, SoundPart, TextPart, sent_parts
from fanlight.engine.llama import LlamaEngine
from support import random_models
from support.clips import Shot, scene, timeline, video_file
from support.command_line import Run, Script, Speak
from support.media_files import encoded
from support.recordings import recording, write_wav


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return video_file(tmp_path / "party.mp4", timeline([Shot(scene(1), 2), Shot(scene(2), 2)], 25))


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    return encoded(tmp_path / "talk.mp4", recording("austen880")[:48_000], "aac", video=True)


def test_a_clip_is_pictures_behind_their_times(fanlight: Run, scripted: Script, clip: Path) -> None:
    engine = scripted("A cut [0:02.0].")
    ran = fanlight("ask", "-i", clip, "What happens?")
    assert (ran.status, ran.out, ran.err) == (0, "A cut [0:02.0].\n", "")
    (question,) = engine.asked[0]
    assert len(question.images) >= 2
    sent = list(sent_parts(question.parts))
    assert isinstance(sent[0], TextPart)
    assert sent[0].text.startswith("Pictures from the video “party.mp4” (0:04.0 long)")
    assert sent[-1] == TextPart("What happens?")


def test_a_part_of_it_is_named_in_either_way(fanlight: Run, scripted: Script, clip: Path) -> None:
    engine = scripted("Ok.")
    assert fanlight("ask", "-i", clip, "--from", "2.5", "--to", "0:03.5", "What?").status == 0
    assert fanlight("ask", "-i", f"{clip}#t=2.5,3.5", "What?").status == 0
    for (question,) in engine.asked:
        moments = [part.moment for part in question.parts if isinstance(part, ImagePart)]
        assert all(moment is not None and 2.5 <= moment.seconds <= 3.5 for moment in moments)
        first, *_others = sent_parts(question.parts)
        assert isinstance(first, TextPart)
        assert "(from 0:02.5 to 0:03.5 of 0:04.0)" in first.text


def test_wrong_parts_are_sentences(fanlight: Run, scripted: Script, clip: Path, picture: Path) -> None:
    scripted("?")
    for words, said in (
        (["-i", clip, "--from", "9"], "“party.mp4” is only"),
        (["-i", clip, "--from", "3", "--to", "2"], "The part ends before it begins."),
        (["-i", picture, "--to", "2"], "--from and --to are for videos"),
        (["-i", f"{clip}#t=3,2"], "“t=3,2” is no part of a video."),
    ):
        ran = fanlight("ask", *words, "What?")
        assert ran.status == 3
        assert said in ran.err


def test_what_is_said_is_beside_the_pictures(fanlight: Run, scripted: Script, says: Speak, talk: Path) -> None:
    engine, transcriber = scripted("A lawyer."), says("Hello there.")
    ran = fanlight("ask", "-i", talk, "Who is it?")
    assert (ran.status, ran.err) == (0, "")
    assert transcriber.closed
    (question,) = engine.asked[0]
    assert question.images
    assert "What is said in “talk.mp4” (all of it)" in question.text
    assert "[0:00] Hello there." in question.text
    assert question.text.endswith("Who is it?")
    assert fanlight("ask", "-i", talk, "--no-sound", "Who is it?").status == 0
    assert "Hello there." not in engine.asked[1][0].text


def test_a_recording_without_pictures_is_heard(fanlight: Run, scripted: Script, says: Speak, spoken: Path) -> None:
    engine = scripted("Yes.")
    says("Hello there.")
    assert fanlight("ask", "-i", spoken, "What does she say?").status == 0
    assert "Hello there." in engine.asked[0][0].text
    assert not engine.asked[0][0].images


def test_a_model_without_vision_hears_a_video(fanlight: Run, scripted: Script, says: Speak, talk: Path) -> None:
    engine = scripted("Yes.", supports_images=False)
    says("Hello there.")
    assert fanlight("ask", "-i", talk, "What is said?").status == 0
    assert "Hello there." in engine.asked[0][0].text


def test_where_nothing_can_be_seen_and_nothing_is_said(fanlight: Run, scripted: Script, clip: Path) -> None:
    scripted("?", supports_images=False)
    ran = fanlight("ask", "-i", clip, "What is it?")
    assert ran.status == 3
    assert "This model looks at no pictures, and nothing is said in “party.mp4”." in ran.err


def test_without_a_speech_model_the_pictures_are_sent_alone(
    fanlight: Run, scripted: Script, talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = scripted("A lawyer.")

    def load(*_unused: object) -> None:
        raise SpeechModelError("There is no speech model.")

    monkeypatch.setattr(compose, "load_transcriber", load)
    ran = fanlight("ask", "-i", talk, "Who is it?")
    assert ran.status == 0
    assert "The sound of “talk.mp4” is left out: There is no speech model." in ran.err
    assert engine.asked[0][0].images


def test_a_batch_takes_clips_and_parts_of_them(fanlight: Run, scripted: Script, clip: Path, tmp_path: Path) -> None:
    engine = scripted("Ok.")
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(64))
    items = [
        {"id": 1, "images": ["party.mp4#t=2,3"], "question": "What?"},
        {"id": 2, "images": ["broken.mp4"], "question": "What?"},
    ]
    asked = tmp_path / "in.json"
    asked.write_text(json.dumps(items))
    fanlight("batch", "--input", asked, "--output", tmp_path / "out.json")
    answers = json.loads((tmp_path / "out.json").read_text())
    assert answers[0]["answer"] == "Ok."
    assert "“broken.mp4” is not a video that Fanlight can read" in answers[1]["error"]
    assert len(engine.asked) == 1


# A model that hears by itself.


@pytest.fixture
def hearing_pair(tmp_path: Path) -> tuple[str | Path, ...]:
    files = random_models.hearing(tmp_path / "models", "ultravox").files
    assert files.projector is not None
    return "--model", files.model, "--projector", files.projector


def test_a_model_that_hears_listens_to_the_recording_itself(
    fanlight: Run, spoken: Path, talk: Path, hearing_pair: tuple[str | Path, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Message] = []
    generate = LlamaEngine.generate

    def noted(self: LlamaEngine, messages: Sequence[Message], *more: Any, **others: Any) -> Any:
        asked.extend(messages)
        return generate(self, messages, *more, **others)

    monkeypatch.setattr(LlamaEngine, "generate", noted)
    ran = fanlight("ask", *hearing_pair, "-i", spoken, "--listen", "--max-tokens", "3", "--json", "What is said?")
    assert ran.status == 0, ran.err
    assert json.loads(ran.out)["timings"]["images_encoded"] == 1
    (question,) = asked
    (sound,) = question.sounds
    assert abs(sound.seconds - len(recording("austen880")) / 16_000) < 0.1
    before, one, text = sent_parts(question.parts)
    assert isinstance(before, TextPart)
    assert "spoken.wav" in before.text
    assert (one, text) == (SoundPart(sound), TextPart("What is said?"))
    part = fanlight(
        "ask", *hearing_pair, "-i", talk, "--from", "1", "--to", "2", "--listen", "--max-tokens", "3", "What?"
    )
    assert part.status == 0, part.err
    assert [round(one.seconds, 2) for one in asked[1].sounds] == [1.0]
    assert asked[1].images, "of a video the frames, too"


def test_listening_to_a_video_without_sound_leaves_its_pictures(
    fanlight: Run, hearing_pair: tuple[str | Path, ...], clip: Path
) -> None:
    ran = fanlight("ask", *hearing_pair, "-i", clip, "--listen", "--max-tokens", "3", "--json", "What happens?")
    assert ran.status == 0, ran.err
    assert "The sound of “party.mp4” is left out: " in ran.err
    assert json.loads(ran.out)["timings"]["images_encoded"] >= 2


def test_listening_that_cannot_be_is_a_sentence(
    fanlight: Run, scripted: Script, spoken: Path, picture: Path, tmp_path: Path,
    hearing_pair: tuple[str | Path, ...],
) -> None:  # fmt: skip
    long = write_wav(tmp_path / "long.wav", np.tile(recording("austen880"), 12))
    for words, status, said in (
        ([*hearing_pair, "-i", long], 4, "This model hears at most 30 seconds at once, and the recording has"),
        ([*hearing_pair, "-i", picture], 3, "--listen is for recordings and videos."),
        ([*hearing_pair, "-i", tmp_path / "none.mp3"], 3, "none.mp3"),
    ):
        ran = fanlight("ask", *words, "--listen", "What is said?")
        assert (ran.status, said in ran.err) == (status, True), ran.err
    engine = scripted("?")
    ran = fanlight("ask", "-i", spoken, "--listen", "What is said?")
    assert ran.status == 4
    assert "scripted does not hear." in ran.err
    assert "Leave out --listen" in ran.err
    assert not engine.asked


def test_a_batch_listens_too_and_asks_again_where_it_had_read(
    fanlight: Run, scripted: Script, says: Speak, spoken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = scripted("Yes.", hears_seconds=30)
    monkeypatch.setattr(clip_sound, "longest_heard_by", lambda _spec: 30)
    says("Hello there.")
    items = tmp_path / "in.json"
    items.write_text(json.dumps([{"id": "a", "images": [str(spoken)], "question": "What?"}]))
    for words in ([], ["--listen"]):
        ran = fanlight("batch", "--input", items, "--output", tmp_path / "out.json", *words)
        assert ran.status == 0, ran.err
    read, heard = (messages[-1] for messages in engine.asked)
    assert ("Hello there." in read.text, read.sounds) == (True, ())
    assert ("Hello there." in heard.text, len(heard.sounds)) == (False, 1)
