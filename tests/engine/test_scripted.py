"""The engine without a model behaves as one."""

from __future__ import annotations

import threading
import time

import pytest

from fanlight.domain.errors import ImagesUnsupported, ModelError, OutOfMemory
from fanlight.domain.events import TextDelta
from fanlight.domain.models import Sampling
from fanlight.domain.ports import Engine
from fanlight.domain.slots import Slot
from fanlight.domain.stop import StopFlag
from fanlight.engine.scripted import ScriptedEngine
from support.asking import hear, noise, user


def test_it_says_its_pieces_and_keeps_what_it_was_asked() -> None:
    engine = ScriptedEngine(["It is ", "red."], thinking=["Hm."])
    port: Engine = engine
    heard = hear(port.generate([user("What colour?")], Sampling()))
    assert (heard.text, heard.thinking, heard.end.reason) == ("It is red.", "Hm.", "end")
    assert heard.end.timings.generated_tokens == 3
    assert engine.asked == [(user("What colour?"),)]
    assert engine.slots == ["window"]
    hear(port.generate([user("And now?")], Sampling(), slot=Slot.PANEL))
    assert engine.slots == ["window", "panel"]


def test_a_picture_is_encoded_once() -> None:
    engine, picture = ScriptedEngine(["x"], seconds_per_image=0.01), noise(4, 4, 0)
    assert hear(engine.prefill([user("", picture)])).end.timings.images_encoded == 1
    heard = hear(engine.generate([user("?", picture)], Sampling()))
    assert heard.end.timings.images_encoded == 0
    assert heard.pictures[0].seconds == 0


def test_it_stops_in_the_middle_of_a_picture_and_of_a_word() -> None:
    engine = ScriptedEngine(["x"] * 1000, seconds_per_token=0.005, seconds_per_image=30)
    for messages in ([user("", noise(4, 4, 0))], [user("go")]):
        flag = StopFlag()
        threading.Timer(0.05, flag.set).start()
        began = time.monotonic()
        heard = hear(engine.generate(messages, Sampling(), flag))
        assert heard.end.reason == "stopped"
        assert len(heard.text) < 1000
        assert time.monotonic() - began < 20


def test_the_length_is_kept() -> None:
    heard = hear(ScriptedEngine(["a", "b", "c"]).generate([user("?")], Sampling(max_tokens=2)))
    assert (heard.text, heard.end.reason) == ("ab", "length")


def test_it_fails_where_it_is_told_to() -> None:
    events = ScriptedEngine(["a", "b"], fails_after=1, failure=OutOfMemory("full")).generate([user("?")], Sampling())
    assert next(event for event in events if isinstance(event, TextDelta)).text == "a"
    with pytest.raises(OutOfMemory, match="full"):
        next(events)


def test_a_blind_one_says_so() -> None:
    engine = ScriptedEngine(["a"], supports_images=False)
    assert engine.image_tokens(noise(2, 2, 0)) == 0
    with pytest.raises(ImagesUnsupported) as caught:
        hear(engine.generate([user("?", noise(2, 2, 0))], Sampling()))
    assert isinstance(caught.value, ModelError)
    assert caught.value.hint
