"""How much memory a model takes is planned before it is loaded, and is what llama.cpp takes."""

from __future__ import annotations

import itertools
import logging
import multiprocessing
import os
import re
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from fanlight.domain.errors import OutOfMemory
from fanlight.domain.models import LoadOptions, ModelSpec
from fanlight.engine import logs
from fanlight.engine.backend import built_with_amx, llama, start
from fanlight.engine.llama import LlamaEngine
from fanlight.engine.placing import check_room
from fanlight.engine.weights import open_context
from fanlight.gguf import kv_cache, memory
from fanlight.gguf.check import Checked, check
from fanlight.gguf.encoder_shape import EncoderShape
from fanlight.gguf.header import Header, Value
from fanlight.gguf.kv_cache import BATCH, STEP
from fanlight.gguf.memory import MemoryPlan, card_margin
from fanlight.paths import shipped_models
from support import few_layers, random_models
from support.gguf_drafts import projector, text_model

MIB = 2**20
BESIDES = 8 * MIB + 300 * 33_000
"""What the plan adds to llama.cpp's buffers for libraries and the vocabulary."""


@dataclass(frozen=True)
class Logged:
    """Sizes in bytes, as llama.cpp logs them, to a hundredth of a MiB."""

    cache: float
    compute: float


@pytest.fixture
def llama_log(caplog: pytest.LogCaptureFixture) -> Callable[[], Logged]:
    caplog.set_level(logging.DEBUG, "fanlight.llama")

    def logged() -> Logged:
        logs.drain()
        text = "\n".join(caplog.messages)
        caplog.clear()
        cache = re.findall(r"size =\s+([\d.]+) MiB \(\s*\d+ cells", text)
        compute = re.findall(r"compute buffer size =\s+([\d.]+) MiB", text)
        assert cache
        assert compute
        return Logged(MIB * sum(map(float, cache)), MIB * sum(map(float, compute)))

    logs.drain()
    caplog.clear()
    return logged


@pytest.mark.model
@pytest.mark.parametrize("kind", random_models.KINDS)
@pytest.mark.parametrize("context", [512, 2048])
def test_the_cache_is_what_llama_cpp_allocates(
    tmp_path: Path, llama_log: Callable[[], Logged], kind: str, context: int
) -> None:
    spec = ModelSpec.of_files(kind, random_models.KINDS[kind](tmp_path).files.model)
    planned = memory.plan(check(spec), context)
    with closing(LlamaEngine.load(spec, LoadOptions(context, 1, 0))):
        logged = llama_log()
    assert planned.cache == pytest.approx(logged.cache, abs=0.01 * MIB * 3)
    assert logged.compute < planned.compute + MIB


@pytest.mark.model
@pytest.mark.parametrize("shape", [*random_models.SHAPES, *few_layers.FEW_LAYERS])
def test_real_shapes_are_planned_as_llama_cpp_plans_them(
    tmp_path: Path, llama_log: Callable[[], Logged], shape: str
) -> None:
    start()
    if shape in random_models.SHAPES:
        path = random_models.shape_only(tmp_path, shape)
    else:
        path = few_layers.few_layers(tmp_path, shape).files.model
    params = llama.llama_model_default_params()
    params.n_gpu_layers, params.no_alloc, params.load_mode = 0, True, 0
    model = llama.llama_model_load_from_file(os.fsencode(path), params)
    assert model, logs.last_error()
    try:
        for context, step in itertools.product((2048, 8192, 32_768), (STEP, BATCH)):
            context_handle = open_context(
                model, n_ctx=context, n_batch=BATCH, n_ubatch=step, n_seq_max=1, n_outputs_max=1, swa_full=False,
                flash_attn_type=llama.LLAMA_FLASH_ATTN_TYPE_DISABLED,
            )  # fmt: skip
            llama.llama_free(context_handle)
            logged = llama_log()
            planned = memory.plan(check(ModelSpec.of_files("shape", path)), context, on_card=step == BATCH)
            assert planned.cache == pytest.approx(logged.cache, abs=0.01 * MIB * 3)
            assert planned.compute - BESIDES == pytest.approx(logged.compute, rel=0.12, abs=16 * MIB)
            assert planned.compute > 0.99 * logged.compute
    finally:
        llama.llama_model_free(model)


@pytest.mark.model
@pytest.mark.parametrize(
    ("eye", "patches"), [("idefics3", 1024), ("qwen2vl", 8464), ("qwen2.5vl", 8464), ("gemma3", 4096), ("lfm2", 1024)]
)
def test_encoders_are_planned_as_llama_cpp_plans_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, eye: str, patches: int
) -> None:
    """For the picture that it is warmed up with, of so many patches."""
    caplog.set_level(logging.DEBUG, "fanlight.llama")
    spec = few_layers.with_eye(tmp_path, eye)
    monkeypatch.setattr(memory, "_patches", lambda *_: patches)
    planned = memory.plan(check(spec), 512)
    with closing(LlamaEngine.load(spec, LoadOptions(512, 1, 0))):
        logs.drain()
    found = re.findall(r"reserve_compute_meta:\s+CPU compute buffer size =\s+([\d.]+) MiB", "\n".join(caplog.messages))
    assert planned.encoding == pytest.approx(MIB * float(found[-1]), rel=0.05)


def test_the_processor_copies_the_scores_of_one_batch(tmp_path: Path) -> None:
    """Two bytes and a half for each of them, which llama.cpp does not count among its buffers."""
    planned = memory.plan(check(random_models.plain(tmp_path)), 2048)
    assert planned.copied_scores == (2.5 * 4 + 6) * 2048 * STEP
    assert planned.total - replace(planned, copied_scores=0).total == planned.copied_scores


@pytest.mark.model
def test_weights_that_are_laid_out_anew_take_memory_of_their_own(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "fanlight.llama")
    spec = few_layers.four_bits(tmp_path)
    planned = memory.plan(check(spec), 512)
    with closing(LlamaEngine.load(spec, LoadOptions(512, 1, 0))):
        logs.drain()
    found = re.findall(r"CPU_REPACK model buffer size =\s+([\d.]+) MiB", "\n".join(caplog.messages))
    assert planned.repacked == pytest.approx(MIB * sum(map(float, found)), abs=0.02 * MIB)
    if built_with_amx():
        return
    assert planned.unmapped - planned.as_in_file().unmapped == planned.repacked < planned.weights
    assert planned.total == planned.as_in_file().total


@pytest.mark.parametrize(
    ("kinds", "tied", "share"),
    [(("q4_0",), False, 1.0), (("q4_0",), True, 1.0), (("q4_K",), False, 0.0)],
)
def test_of_the_embeddings_only_what_is_multiplied_is_laid_out_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kinds: tuple[str, ...], tied: bool, share: float
) -> None:
    monkeypatch.setattr(memory, "repacked_kinds", lambda: frozenset(kinds))
    checked = check(few_layers.four_bits(tmp_path))
    if tied:
        named = {name: tensor for name, tensor in checked.model.named.items() if name != "output.weight"}
        checked = replace(checked, model=replace(checked.model, named=named, tensors=tuple(named.values())))
    planned = memory.plan(checked, 512)
    matrix = checked.model.named["token_embd.weight"].bytes
    assert planned.embeddings_repacked == share * matrix
    assert planned.embeddings_looked_up == tied * share * matrix
    assert planned.total - planned.as_in_file().total == planned.embeddings_looked_up
    assert planned.mapped + planned.repacked == planned.weights + planned.embeddings_looked_up
    assert all((layer.repacked > 0) == (share > 0) for layer in planned.layers)


def _planned(tmp_path: Path, context: int = 512, **keys: object) -> MemoryPlan:
    draft = text_model()
    for key, value in keys.items():
        draft.set(f"llama.{key.replace('__', '.')}", value)
    return memory.plan(check(ModelSpec.of_files("x", draft.write(tmp_path / "m.gguf"))), context)


def test_the_cache_is_counted_to_the_byte(tmp_path: Path) -> None:
    # 2 layers, 2 shared heads of 8 numbers, keys and values, 16 bits
    assert _planned(tmp_path, 512).cache == 512 * 2 * 2 * (8 + 8) * 2
    assert _planned(tmp_path, 500).cache == _planned(tmp_path, 512).cache
    assert _planned(tmp_path, 0, context_length=100_000).cache == 8192 * 2 * 2 * 16 * 2


def _changed(checked: Checked, changes: Mapping[str, Value]) -> Checked:
    """With other metadata, below the architecture's name."""
    header: Header = checked.model
    own = {f"{header.architecture}.{key}": value for key, value in changes.items()}
    return replace(checked, model=replace(header, metadata={**header.metadata, **own}))


def test_sliding_windows_and_layers_without_a_cache_take_less(tmp_path: Path) -> None:
    checked = check(random_models.window(tmp_path))  # 6 layers of 2 shared heads of 16 numbers
    layer = 2 * (16 + 16) * 2
    sliding = {"attention.sliding_window": 256, "attention.sliding_window_pattern": 2}
    assert memory.plan(_changed(checked, {"attention.sliding_window": 0}), 8192).cache == 6 * 8192 * layer
    assert memory.plan(_changed(checked, sliding), 8192).cache == 3 * 8192 * layer + 3 * 512 * layer
    listed = _changed(checked, {**sliding, "attention.sliding_window_pattern": (True, False) * 3})
    assert memory.plan(listed, 8192).cache == 3 * 8192 * layer + 3 * 512 * layer
    hybrid = check(random_models.hybrid(tmp_path))  # layers 0 and 2 are convolutions, whose states are 64 x 2 numbers
    assert memory.plan(hybrid, 8192).cache == 2 * 8192 * layer + 2 * 64 * 2 * 4


def test_an_architecture_that_does_not_slide_ignores_a_window(tmp_path: Path) -> None:
    plain = _planned(tmp_path, 8192).cache
    assert _planned(tmp_path, 8192, attention__sliding_window=256, attention__sliding_window_pattern=2).cache == plain


def test_layers_that_share_the_cache_of_others_and_layers_that_only_draft_take_none(tmp_path: Path) -> None:
    checked = check(random_models.plain(tmp_path))
    full = memory.plan(checked, 512).cache
    assert memory.plan(_changed(checked, {"attention.shared_kv_layers": 1}), 512).cache == full // 2
    assert memory.plan(_changed(checked, {"nextn_predict_layers": 1}), 512).cache == full // 2
    latent = {"attention.key_length_mla": 16, "attention.value_length_mla": 16}
    assert memory.plan(_changed(checked, latent), 512).cache == full // 2


def test_every_fourth_layer_of_some_hybrids_has_a_cache(tmp_path: Path) -> None:
    header = check(random_models.plain(tmp_path)).model
    kind = "qwen35"
    own = {
        "block_count": 8, "attention.head_count": 4, "attention.head_count_kv": 2, "embedding_length": 64,
        "ssm.conv_kernel": 4, "ssm.inner_size": 32, "ssm.state_size": 16, "ssm.group_count": 2,
    }  # fmt: skip
    metadata: dict[str, Value] = {
        "general.architecture": kind,
        **{f"{kind}.{key}": value for key, value in own.items()},
    }
    hybrid = replace(header, metadata=metadata)
    assert kv_cache.recurrent_layers(hybrid) == [True, True, True, False] * 2
    state = 4 * (3 * (32 + 2 * 2 * 16) + 32 * 16)
    assert kv_cache.cache_of_layers(hybrid, 256) == [state, state, state, 256 * 2 * 32 * 2] * 2


def test_a_picture_that_is_evaluated_in_one_piece_makes_the_batch_larger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = check(random_models.plain(tmp_path))
    gemma = EncoderShape("gemma4v", 48, 4, 4, 12, 2, patch=16, side=0, merge=3)
    assert memory.plan(checked, 8192).batch_tokens == STEP
    assert memory.plan(checked, 8192, on_card=True).batch_tokens == BATCH
    monkeypatch.setattr(memory, "check_vision", lambda _: gemma)
    assert memory.plan(checked, 8192).batch_tokens == 1024  # 1536 pixels of 48 a token, squared
    causal = _changed(checked, {"embedding_length": 2560})
    assert memory.plan(causal, 8192).batch_tokens == STEP
    assert memory.plan(replace(checked, projector=None), 8192).batch_tokens == STEP


def test_a_projector_adds_its_weights_and_one_pictures_encoding(tmp_path: Path) -> None:
    model = text_model().write(tmp_path / "m.gguf")
    eye = projector().write(tmp_path / "p.gguf")
    blind, seeing = (memory.plan(check(ModelSpec.of_files("x", model, p))) for p in (None, eye))
    assert blind.projector == blind.encoding == 0
    assert seeing.projector == sum(len(tensor.data) for tensor in projector().tensors)
    assert seeing.encoding > 0
    assert seeing.total > blind.total


@pytest.mark.parametrize(
    ("kind", "side", "patch", "keys", "context", "pixels"),
    [
        ("idefics3", 512, 16, {"preproc_image_size": 2048}, 8192, 17 * 512**2),
        ("internvl", 448, 14, {}, 8192, 13 * 448**2),
        ("internvl", 448, 14, {"preproc_max_tiles": 6}, 8192, 7 * 448**2),
        ("lfm2", 256, 16, {}, 8192, 11 * 512**2),
        ("lfm2", 256, 16, {}, 2048, 8 * 512**2),  # for more of its tiles, of 256 tokens each, there is no room
        ("gemma3", 896, 14, {}, 8192, 896**2),
        ("qwen2vl_merger", 560, 14, {}, 8192, (110 * 14) ** 2),
    ],
)
def test_a_picture_is_in_memory_as_numbers_while_it_is_read(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    side: int,
    patch: int,
    keys: dict[str, int],
    context: int,
    pixels: int,
) -> None:
    checked = check(random_models.plain(tmp_path))
    assert checked.projector is not None
    metadata = {key: value for key, value in checked.projector.metadata.items() if ".preproc_" not in key}
    metadata |= {f"clip.vision.{key}": value for key, value in keys.items()}
    shape = EncoderShape(kind, 768, 12, 12, 64, 2, patch=patch, side=side, merge=2)
    monkeypatch.setattr(memory, "check_vision", lambda _: shape)
    eye = replace(checked.projector, metadata=metadata)
    told = memory.plan(replace(checked, projector=eye), context)
    assert told.pixels == (18 if kind in ("idefics3", "internvl", "lfm2") else 18 + 10) * pixels  # those have tiles
    assert told.total == replace(told, pixels=0).total + told.pixels


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> MemoryPlan:
    return memory.plan(check(random_models.hybrid(tmp_path_factory.mktemp("models"))), 1000)


def test_all_layers_go_on_a_card_with_room_and_some_on_a_smaller_one(planned: MemoryPlan) -> None:
    margin = card_margin(0) + planned.card_compute
    reading = planned.projector + planned.encoding
    whole = reading + planned.weights + planned.cache
    assert planned.layers_on_cards([margin + whole]) == -1
    assert planned.layers_on_cards([margin + whole - 1]) == 4
    last_two = reading + sum(layer.weights + layer.cache for layer in planned.layers[-2:])
    assert planned.layers_on_cards([margin + last_two]) == 2
    assert planned.layers_on_cards([margin + last_two - 1]) == 1
    assert planned.layers_on_cards([margin + whole // 2, margin + whole // 2 + 1]) == -1
    assert planned.layers_on_cards([margin]) == 0
    assert planned.layers_on_cards([]) == 0


def test_half_of_a_small_card_is_not_left_unused() -> None:
    assert card_margin(2 * 2**30) == 256 * 2**20
    assert card_margin(24 * 2**30) == 24 * 2**30 // 10


def test_flash_attention_spares_a_card_the_scores(tmp_path: Path) -> None:
    planned = memory.plan(check(ModelSpec.of_files("x", random_models.shape_only(tmp_path, "llama-8b"))), 32_768)
    assert planned.card_compute < planned.compute / 2


def test_a_sliding_window_leaves_room_for_more_layers(tmp_path: Path) -> None:
    path = random_models.shape_only(tmp_path, "gemma3-12b")
    planned = memory.plan(check(ModelSpec.of_files("gemma", path)), 32_768)
    assert planned.cache < 2.7e9  # with every layer keeping every token it would be 12.9e9
    needed = planned.weights + planned.cache + planned.card_compute
    assert planned.layers_on_cards([needed + needed // 8]) == -1


def test_what_a_load_takes_for_good_must_be_free(planned: MemoryPlan) -> None:
    check_room(planned, planned.unmapped)
    with pytest.raises(OutOfMemory, match=r"1,024 tokens needs 0\.\d GB, and 0\.0 GB are free"):
        check_room(planned, planned.cache)


def _measure(pipe: Connection, model: str, eye: str, side: int) -> None:
    """The child: what loading and one picture add to a process that has loaded the libraries."""
    import re

    import psutil

    from fanlight.domain.messages import Image, Message
    from fanlight.domain.models import LoadOptions, Sampling
    from fanlight.engine.llama import LlamaEngine

    small = Path(model).parent / "warm-up.gguf"
    text_model().write(small)
    LlamaEngine.load(ModelSpec.of_files("warm", small), LoadOptions(256, 1, 0)).close()
    before = psutil.Process().memory_info().rss
    engine = LlamaEngine.load(ModelSpec.of_files("x", Path(model), Path(eye)), LoadOptions(0, 1, 0))
    question = Message.of("user", "What is this? " * 100, (Image.of(side, side, bytes(side * side * 3)),))
    for _ in engine.generate([question], Sampling(temperature=0, max_tokens=2)):
        pass
    # Not getrusage: its peak counts what the parent had before the child became a program of its own.
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert peak is not None
    pipe.send(int(peak[1]) * 1024 - before)


@pytest.mark.model
def test_the_practice_model_takes_about_what_was_told(tmp_path: Path) -> None:
    folder = shipped_models() / "practice"
    if not (folder / "practice.gguf").is_file():
        pytest.skip("the practice model is not in this checkout")
    for name in ("practice.gguf", "practice-mmproj.gguf"):
        (tmp_path / name).symlink_to(folder / name)
    spec = ModelSpec.of_files("practice", tmp_path / "practice.gguf", tmp_path / "practice-mmproj.gguf")
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(
        target=_measure, args=(theirs, str(spec.files.model), str(spec.files.projector), 512), daemon=True
    )
    child.start()
    theirs.close()
    assert ours.poll(120)
    measured = ours.recv()
    child.join(10)
    told = memory.plan(check(spec)).total
    assert told * 0.4 < measured < told * 1.25 + 16e6, (told, measured)


def test_what_the_processor_multiplies_in_an_encoder_is_counted(tmp_path: Path) -> None:
    """Measured with a Qwen2-VL-2B's widths at 32,768 tokens: 60 MB more than planned before."""
    planned = memory.plan(check(few_layers.with_eye(tmp_path, "qwen2vl")), 32_768)
    patches, inner = 110**2, 5120
    assert planned.copied_patches == patches * inner * 34 // 32
    assert planned.pixels == (18 + 10) * patches * 14**2
    assert planned.total - replace(planned, copied_patches=0).total == planned.copied_patches


@pytest.mark.parametrize(
    ("weights", "number"),
    [("f32", 0), ("f16", 2), ("bf16", 2), ("q8_0", 34 / 32), ("q4_0", 34 / 32), ("q6_K", 292 / 256)],
)
def test_it_is_copied_as_its_weights_are_multiplied(weights: str, number: float) -> None:
    assert memory._copied_number(weights) == number
