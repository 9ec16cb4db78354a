"""A model that hears: a sound is encoded once, counted before, stopped while it is encoded, and refused where it cannot
be heard. The projectors are llama.cpp's own, with random weights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

import gguf
from fanlight.domain.documents import Document
from fanlight.domain.errors import ModelBroken, SoundUnsupported
from fanlight.domain.events import ImageReady, PromptProgress, SoundReady
from fanlight.domain.kept_state import StateRequest
from fanlight.domain.messages import DocumentPart, ImagePart, Message, SoundPart, TextPart
from fanlight.domain.models import LoadOptions, ModelSpec
from fanlight.domain.sounds import SOUND_RATE, Sound
from fanlight.domain.stop import StopFlag
from fanlight.engine.llama import LlamaEngine
from fanlight.engine.mtmd import MediaChunk
from fanlight.engine.separate import SeparateEngine
from fanlight.gguf.check import check, check_projector
from fanlight.gguf.hearing import hearing_bytes, longest_heard
from fanlight.gguf.memory import plan
from support import random_models
from support.asking import GREEDY, hear, noise, user
from support.random_ear import EarShape

pytestmark = pytest.mark.model


def tone(seconds: float, pitch: float = 440.0) -> Sound:
    times = np.arange(round(seconds * SOUND_RATE)) / SOUND_RATE
    return Sound.of(SOUND_RATE, (12_000 * np.sin(2 * np.pi * pitch * times)).astype("<i2").tobytes())


def asked(sound: Sound, text: str = "hello you") -> Message:
    return Message("user", (SoundPart(sound), TextPart(text)))


@pytest.fixture(scope="module")
def hearing_spec(tmp_path_factory: pytest.TempPathFactory) -> ModelSpec:
    return random_models.hearing(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def hearing(hearing_spec: ModelSpec) -> Iterator[LlamaEngine]:
    with closing(LlamaEngine.load(hearing_spec, LoadOptions(threads=2))) as loaded:
        yield loaded


def test_a_sound_is_encoded_once_and_a_follow_up_encodes_nothing(hearing: LlamaEngine) -> None:
    one = tone(3)
    events = list(hearing.generate([asked(one)], GREEDY))
    ready = [event for event in events if isinstance(event, SoundReady)]
    assert [(event.sound_id, event.tokens) for event in ready] == [(one.id, hearing.sound_tokens(one))]
    first = hear(iter(events))
    assert first.end.timings.images_encoded == 1
    chunks = [item for item in hearing.cached if isinstance(item, MediaChunk)]
    assert [(item.media_id, item.part, item.is_sound) for item in chunks] == [(one.id, 0, True)]
    talk = [asked(one), Message.of("assistant", first.text), user("and then?")]
    assert hear(hearing.generate(talk, GREEDY)).end.timings.images_encoded == 0
    list(hearing.generate([user("something else")], GREEDY))
    other = hear(hearing.generate([asked(one, "hello")], GREEDY))  # it has left the cache, and is not encoded again
    assert other.end.timings.images_encoded == 0
    assert other.end.timings.evaluated_tokens > hearing.sound_tokens(one) - 20


def test_what_is_heard_counts(hearing: LlamaEngine) -> None:
    """Two sounds, and silence, are not the same to the model."""
    rows = {}
    for name, sound in {
        "low": tone(2, 200),
        "high": tone(2, 3000),
        "silence": Sound.of(SOUND_RATE, bytes(64_000)),
    }.items():
        hear(hearing.generate([asked(sound)], GREEDY))
        rows[name] = hearing._prompts._embeddings.get((sound.id, 0))
    low, high, silence = rows.values()
    assert low is not None
    assert high is not None
    assert silence is not None
    assert np.abs(low - high).max() > 0.01
    assert np.abs(low - silence).max() > 0.01
    assert all(np.isfinite(one).all() for one in (low, high, silence))


def test_tokens_are_counted_before_and_each_window_of_a_long_sound_is_a_chunk(hearing: LlamaEngine) -> None:
    a_window = hearing.sound_tokens(tone(3))
    assert a_window == 375 + 1, "the token before it, too"
    assert hearing.sound_tokens(tone(0.01)) == hearing.sound_tokens(tone(29.9)) == a_window
    assert hearing.sound_tokens(tone(31)) == a_window + 375
    long = tone(40)
    heard = hear(hearing.generate([asked(long)], GREEDY))
    assert heard.end.timings.images_encoded == 1, "one sound, both windows"
    chunks = [item for item in hearing.cached if isinstance(item, MediaChunk)]
    assert [(item.media_id, item.part) for item in chunks] == [(long.id, 0), (long.id, 1)]


def test_a_model_of_one_window_refuses_a_longer_sound_in_a_sentence(tmp_path: Path) -> None:
    with closing(LlamaEngine.load(random_models.hearing(tmp_path, "ultravox"), LoadOptions(threads=2))) as engine:
        assert engine.info.hears_seconds == 30
        assert engine.sound_tokens(tone(30)) == engine.sound_tokens(tone(1)), "no second window, of silence"
        assert hear(engine.generate([asked(tone(30))], GREEDY)).end.timings.images_encoded == 1
        assert engine.sound_tokens(tone(31)) == 0
        with pytest.raises(SoundUnsupported, match="at most 30 seconds at once, and the recording has 31"):
            list(engine.generate([asked(tone(31))], GREEDY))
        with pytest.raises(SoundUnsupported, match="8,000"):
            list(engine.generate([asked(Sound.of(8000, bytes(16_000)))], GREEDY))


def test_a_model_without_a_sound_encoder_hears_nothing(engine: LlamaEngine) -> None:
    assert engine.info.hears_seconds == 0
    assert engine.sound_tokens(tone(1)) == 0
    with pytest.raises(SoundUnsupported, match="does not hear"):
        list(engine.generate([asked(tone(1))], GREEDY))


def test_stopping_while_a_sound_is_encoded_leaves_a_valid_cache(hearing: LlamaEngine) -> None:
    flag = StopFlag()
    events = hearing.generate([asked(tone(5, 777))], GREEDY, flag)
    for event in events:
        if isinstance(event, PromptProgress) and event.done:
            flag.set()  # the text before it is evaluated
            break
    rest = hear(events)
    assert rest.end.reason == "stopped"
    assert not any(isinstance(item, MediaChunk) for item in hearing.cached)
    again = hear(hearing.generate([asked(tone(5, 777))], GREEDY))
    assert again.end.reason != "stopped"
    assert again.end.timings.images_encoded == 1


def test_sounds_and_pictures_stand_in_the_order_of_the_message(hearing: LlamaEngine) -> None:
    picture, one = noise(20, 20, 1), tone(1, 300)
    said = Document("d", "talk.mp3", "sound", ("words",))
    question = Message("user", (DocumentPart(said, (1,), sound=one), ImagePart(picture), TextPart("hello")))
    events = list(hearing.generate([question], GREEDY))
    ready = [type(event) for event in events if isinstance(event, SoundReady | ImageReady)]
    assert ready == [SoundReady, ImageReady]
    chunks = [item.media_id for item in hearing.cached if isinstance(item, MediaChunk)]
    assert list(dict.fromkeys(chunks)) == [one.id, picture.id]


def test_a_conversation_that_was_put_on_disk_does_not_hear_again(
    hearing_spec: ModelSpec, hearing: LlamaEngine, tmp_path: Path
) -> None:
    talk, place = [asked(tone(4, 555))], tmp_path / "state"
    answer = hear(hearing.generate(talk, GREEDY)).text
    talk = [*talk, Message.of("assistant", answer)]
    assert hearing.keep_state(StateRequest(place, talk, most_bytes=2**30))
    with closing(LlamaEngine.load(hearing_spec, LoadOptions(threads=2))) as other:
        assert other.recall_state(StateRequest(place, talk))
        assert hear(other.generate([*talk, user("and?")], GREEDY)).end.timings.images_encoded == 0


def test_an_engine_in_a_process_of_its_own_hears_the_same(
    hearing_spec: ModelSpec, hearing: LlamaEngine, tmp_path: Path
) -> None:
    one = tone(2, 600)
    loading = LoadOptions(threads=2, gpu_layers=0, folder=tmp_path)
    with closing(SeparateEngine(hearing_spec, loading)) as separate:
        assert separate.info.hears_seconds == hearing.info.hears_seconds == 600
        assert separate.sound_tokens(one) == hearing.sound_tokens(one)
        there = hear(separate.generate([asked(one)], GREEDY))
        with pytest.raises(SoundUnsupported, match="at most 600 seconds"):
            list(separate.generate([asked(Sound.of(SOUND_RATE, bytes(2 * 601 * SOUND_RATE)))], GREEDY))
    assert there.text == hear(hearing.generate([asked(one)], GREEDY)).text
    assert there.end.timings.images_encoded == 1


# What llama.cpp would abort the process for.


def rewritten(source: Path, place: Path, name: str, shape: tuple[int, ...] | None) -> Path:
    """The projector with another shape of one tensor, or without it."""
    read = gguf.GGUFReader(source)
    writer = gguf.GGUFWriter(place, "clip")
    for key, field in read.fields.items():
        if not key.startswith(("GGUF.", "general.architecture")):
            kind = field.types[0]
            writer.add_key_value(key, field.contents(), kind, field.types[1] if len(field.types) > 1 else None)
    for tensor in read.tensors:
        data = np.array(tensor.data)
        if tensor.name == name:
            if shape is None:
                continue
            data = np.zeros(shape, data.dtype)
        writer.add_tensor(tensor.name, data, raw_dtype=tensor.tensor_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return place


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("a.position_embd.weight", (1499, 32)),
        ("a.position_embd.weight", None),
        ("a.conv1d.1.weight", (32, 81, 3)),
        ("a.conv1d.2.bias", (33, 1)),
        ("a.blk.0.attn_q.bias", None),
        ("a.blk.0.attn_k.weight", (32, 31)),
        ("a.blk.0.ffn_up.weight", (63, 32)),
        ("a.blk.0.ln1.weight", (16,)),
        ("mm.a.mlp.1.weight", (128, 65)),
        ("mm.a.mlp.2.weight", (64, 127)),
    ],
)
def test_a_sound_encoder_of_the_wrong_shape_is_refused_before_llama_cpp_opens_it(
    hearing_spec: ModelSpec, tmp_path: Path, name: str, shape: tuple[int, ...] | None
) -> None:
    projector = hearing_spec.files.projector
    assert projector is not None
    assert longest_heard(check_projector(rewritten(projector, tmp_path / "same.gguf", "", None))) == 600
    with pytest.raises(ModelBroken):
        check_projector(rewritten(projector, tmp_path / "other.gguf", name, shape))


def test_a_number_of_tokens_that_llama_cpp_counts_otherwise_is_refused(tmp_path: Path) -> None:
    """Its padding is right for powers of two alone; elsewhere it aborts while it encodes."""
    ear = EarShape("voxtral", stack=4)
    eye = random_models.EyeShape("idefics3", ear=ear)
    spec = random_models.write_pair(tmp_path, "odd", random_models.TextShape("llama"), eye, random_models.TEMPLATE)
    assert spec.files.projector is not None
    with pytest.raises(ModelBroken, match="number of tokens"):
        check_projector(spec.files.projector)


def test_the_memory_plan_counts_what_hearing_takes(hearing_spec: ModelSpec, spec: ModelSpec) -> None:
    with_ears, without = plan(check(hearing_spec)), plan(check(spec))
    assert with_ears.encoding >= without.encoding
    assert hearing_bytes(check(hearing_spec).projector) > 0  # type: ignore[arg-type]
    assert longest_heard(check(spec).projector) == longest_heard(None) == 0
