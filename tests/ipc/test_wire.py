"""Questions and answers over the socket: the same on the other side, and nonsense is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.domain import event_values
from fanlight.domain.clips import Clip, Moment
from fanlight.domain.errors import (
    FanlightError,
    ImagesUnsupported,
    InputError,
    ModelError,
    PictureError,
    PromptTooLong,
    StoreError,
)
from fanlight.domain.events import (
    EngineNotice,
    Event,
    Finished,
    ImageReady,
    PromptProgress,
    SoundReady,
    TextDelta,
    ThinkingDelta,
    Timings,
)
from fanlight.domain.messages import Image, ImagePart, Message, SoundPart, TextPart
from fanlight.domain.models import ModelSpec, Sampling
from fanlight.domain.sounds import Sound
from fanlight.ipc import wire

SPEC = ModelSpec.of_files("m", Path("m.gguf"), Path("eyes.gguf"))
RED, BLUE = Image.of(2, 1, b"\xff\0\0" * 2), Image.of(1, 3, b"\0\0\xff" * 3)
ASKED = (
    Message.of("system", "Be brief."),
    Message.of("user", "What?", (RED, BLUE)),
    Message.of("assistant", "A."),
    Message.of("user", "And là?", (BLUE,)),
)
EVENTS: tuple[Event, ...] = (
    ImageReady("a" * 64, 64, 0.25),
    SoundReady("b" * 64, 376, 0.5),
    PromptProgress(3, 10),
    ThinkingDelta("hm"),
    TextDelta("Où 🙂\n"),
    EngineNotice("2 earlier messages left."),
    Finished("length", Timings(encode_seconds=0.5, generated_tokens=7, device="CPU")),
)


def over(value: Any) -> Any:
    return json.loads(json.dumps(value))


def asked(**changes: Any) -> dict[str, Any]:
    request, _ = wire.encode_request(SPEC, ASKED, Sampling())
    return dict(over({**request, **changes}))


LENGTHS = [len(image.rgb) for image in (RED, BLUE, BLUE)]


def test_messages_pictures_and_sampling_arrive_as_they_were() -> None:
    sampling = Sampling(
        temperature=0.0, seed=7, max_tokens=9, stop=("x",), json_schema='{"type": "object"}', unset=("top_p",),
        thinking="on", thinking_tokens=50,
    )  # fmt: skip
    request, pixels = wire.encode_request(SPEC, ASKED, sampling)
    request = over(request)
    assert wire.check_request(request, [len(blob) for blob in pixels]) == sampling
    assert wire.decode_messages(request, [bytearray(blob) for blob in pixels]) == ASKED


def test_frames_of_a_clip_arrive_with_their_times() -> None:
    clip = Clip("x", "party.mp4", 9.5, 1.0, 8.25)
    frames = [ImagePart(image, Moment(clip, place + 0.125)) for place, image in enumerate((RED, RED))]
    message = Message("user", (*frames, ImagePart(BLUE), TextPart("Who?")))
    request, pixels = wire.encode_request(SPEC, [message], Sampling())
    request = over(request)
    wire.check_request(request, [len(blob) for blob in pixels])
    assert wire.decode_messages(request, [bytearray(blob) for blob in pixels]) == (message,)
    (plain,) = request["messages"]
    for parts in ([{"at": "soon"}, None, None, "Who?"], [None, "Who?"], ["", "", "", 3], {"at": 1}):
        with pytest.raises(ValueError, match=r"no parts|no moment"):
            wire.check_request({**request, "messages": [{**plain, "parts": parts}]}, [len(blob) for blob in pixels])


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_arrives_as_it_was(event: Event) -> None:
    assert event_values.decode_event(over(event_values.encode_event(event))) == event


def test_a_model_is_known_by_its_files_not_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "m.gguf"
    file.write_bytes(b"")
    (tmp_path / "link.gguf").symlink_to(file)
    one, other = ModelSpec.of_files("a", file), ModelSpec.of_files("b", tmp_path / "link.gguf", practice=True)
    assert wire.model_key(one) == wire.model_key(other)
    assert wire.model_key(one) != wire.model_key(ModelSpec.of_files("a", file, file))


@pytest.mark.parametrize(
    ("error", "same"),
    [
        (PictureError("P."), InputError),
        (ImagesUnsupported("C."), ModelError),
        (PromptTooLong(9, 8), ModelError),
        (StoreError("S."), StoreError),
        (FanlightError("F.", "Hint."), FanlightError),
        (ZeroDivisionError("a bug"), FanlightError),
    ],
)
def test_an_error_keeps_its_sentence_hint_and_exit_status(error: Exception, same: type[FanlightError]) -> None:
    arrived = wire.decode_failure(over(wire.encode_failure(error)))
    assert type(arrived) is same
    if isinstance(error, FanlightError):
        assert (arrived.message, arrived.hint) == (error.message, error.hint)
    else:
        assert "a bug" not in arrived.message
        assert arrived.hint


@pytest.mark.parametrize(
    "changes",
    [
        {"messages": None},
        {"messages": []},
        {"messages": [{}]},
        {"messages": "abc"},
        {"messages": [{"role": "user", "text": "x", "pictures": 2}]},
        {"messages": [{"role": "user", "text": "x", "pictures": -1}]},
        {"messages": [{"role": "user", "text": "x", "pictures": True}]},
        {"messages": [{"role": "user", "text": 3, "pictures": 3}]},
        {"messages": [{"role": "root", "text": "x", "pictures": 3}]},
        {"messages": [{"role": "assistant", "text": "x", "pictures": 3}]},
        {"messages": [{"role": "user", "text": "x", "pictures": 3}, {"role": "assistant", "text": "", "pictures": 0}]},
        {"messages": [{"role": "user", "text": "x", "pictures": 3}] * 2000},
        {"pictures": None},
        {"pictures": [[2, 1], [1, 3]]},
        {"pictures": [[2, 1], [1, 3], [3, 3]]},
        {"pictures": [[2, 1], [1, 3], [-1, -3]]},
        {"pictures": [[2, 1], [1, 3], [1.0, 3]]},
        {"pictures": [[2, 1], [1, 3], [1]]},
        {"sampling": None},
        {"sampling": {"temperature": "hot"}},
        {"sampling": {"temperature": float("nan")}},
        {"sampling": {"temperature": True}},
        {"sampling": {"seed": 1.5}},
        {"sampling": {"stop": "x"}},
        {"sampling": {"max_tokens": -1}},
        {"sampling": {"nonsense": 1}},
        {"sampling": {"json_schema": "{}", "grammar": "x"}},
    ],
)
def test_a_question_that_can_not_be_is_refused_before_anything_is_made_of_it(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        wire.check_request(asked(**changes), LENGTHS)


@pytest.mark.parametrize("line", [{}, {"event": "Nothing"}, {"event": "TextDelta"}, {"event": "Finished", "reason": 1}])
def test_an_event_that_is_none_is_refused(line: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no event"):
        event_values.decode_event(line)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["role", "text", "pictures", "stop", "seed"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(st.sampled_from(["messages", "pictures", "sampling", "do"]), JSON)
def test_whatever_is_said_is_a_question_or_is_refused(name: str, value: Any) -> None:
    request = asked(**{name: value})
    try:
        wire.check_request(request, LENGTHS)
    except ValueError:
        return
    wire.decode_messages(request, [image.rgb for image in (RED, BLUE, BLUE)])


# Sounds that the model hears itself.

TALK = Sound.of(16_000, bytes(range(200)))
HEARD = (Message("user", (SoundPart(TALK), ImagePart(RED), TextPart("What is said?"))),)


def test_a_sound_arrives_between_the_pictures_and_texts_of_its_message() -> None:
    request, blobs = wire.encode_request(SPEC, HEARD, Sampling())
    request = over(request)
    assert wire.check_request(request, [len(blob) for blob in blobs]) == Sampling()
    assert wire.decode_messages(request, blobs) == HEARD


@pytest.mark.parametrize(
    "changes",
    [
        {"sounds": []}, {"sounds": [16_000, 16_000]}, {"sounds": [0]}, {"sounds": ["16000"]}, {"sounds": {}},
        {"messages": [{"role": "user", "text": "", "pictures": 1, "parts": [None, "a"]}]},
        {"messages": [{"role": "user", "text": "", "pictures": 1, "parts": [None, True, True]}]},
        {"messages": [{"role": "assistant", "text": "", "pictures": 0, "parts": [True]},
                      {"role": "user", "text": "", "pictures": 1}]},
    ],
)  # fmt: skip
def test_sounds_that_do_not_agree_with_their_messages_are_refused(changes: dict[str, Any]) -> None:
    request, blobs = wire.encode_request(SPEC, HEARD, Sampling())
    with pytest.raises(ValueError, match=r"\w"):
        wire.check_request(over({**request, **changes}), [len(blob) for blob in blobs])
    with pytest.raises(ValueError, match="no samples"):
        wire.check_request(over(request), [len(blobs[0]), 199])
