"""How much memory a model takes is told before it is loaded, and is near what it takes."""

from __future__ import annotations

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from fanlight.catalog import fit, memory
from fanlight.domain.errors import ModelError
from fanlight.domain.models import ModelSpec
from fanlight.gguf.check import check
from fanlight.paths import shipped_models
from support.gguf_drafts import projector, text_model


def test_words_for_a_person(tmp_path: Path) -> None:
    spec = ModelSpec("tiny", text_model().write(tmp_path / "tiny.gguf"))
    needs = fit.judge(spec, 10**12).needs_bytes
    roomy, tight, small = (fit.judge(spec, free) for free in (10 * needs, needs, needs - 1))
    assert roomy.fits
    assert roomy.words == f"needs {fit.size(needs)}, {fit.size(10 * needs)} free: fits"
    assert tight.fits
    assert tight.words.endswith("fits, with little to spare")
    assert not small.fits
    assert small.words.startswith("does not fit: needs ")


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0.0 MB"), (1_234_567, "1.2 MB"), (312_400_000, "312 MB"), (999_600_000, "1.0 GB"), (8_650_000_000, "8.7 GB")],
)
def test_sizes_as_a_person_reads_them(count: int, words: str) -> None:
    assert fit.size(count) == words


def test_abilities_follow_from_the_projector(tmp_path: Path) -> None:
    model, eye = tmp_path / "m.gguf", tmp_path / "p.gguf"
    assert fit.abilities(ModelSpec("blind", model)) == "text"
    assert fit.abilities(ModelSpec("seeing", model, eye)) == "text, pictures"


def test_a_broken_model_is_not_judged(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        fit.judge(ModelSpec("gone", tmp_path / "gone.gguf"), 10**9)


def _needs(tmp_path: Path, context: int = 512, **keys: object) -> memory.Memory:
    draft = text_model()
    for key, value in keys.items():
        draft.set(f"llama.{key.replace('__', '.')}", value)
    return memory.needed(check(ModelSpec("x", draft.write(tmp_path / "m.gguf"))), context)


def test_the_cache_is_counted_to_the_byte(tmp_path: Path) -> None:
    # 2 layers, 2 shared heads of 8 numbers, keys and values, 16 bits
    assert _needs(tmp_path, 512).cache == 512 * 2 * 2 * (8 + 8) * 2
    assert _needs(tmp_path, 500).cache == _needs(tmp_path, 512).cache
    assert _needs(tmp_path, 0, context_length=100_000).cache == 8192 * 2 * 2 * 16 * 2


def test_sliding_windows_and_layers_without_a_cache_take_less(tmp_path: Path) -> None:
    full = _needs(tmp_path, 8192).cache
    windowed = _needs(
        tmp_path, 8192, attention__sliding_window=256, attention__sliding_window_pattern=2, context_length=8192
    ).cache
    assert windowed == full // 2 + full // 2 * 768 // 8192
    draft = text_model().set("llama.attention.head_count_kv", [2, 0], "[u32]")
    header = check(ModelSpec("x", draft.write(tmp_path / "m.gguf")))
    assert memory.needed(header, 8192).cache == full // 2


def test_a_projector_adds_its_weights_and_one_pictures_encoding(tmp_path: Path) -> None:
    model = text_model().write(tmp_path / "m.gguf")
    eye = projector().write(tmp_path / "p.gguf")
    blind, seeing = (memory.needed(check(ModelSpec("x", model, p))) for p in (None, eye))
    assert blind.encoder == 0
    assert seeing.encoder > sum(len(tensor.data) for tensor in projector().tensors)
    assert seeing.total > blind.total


def _measure(pipe: Connection, model: str, eye: str, side: int) -> None:
    """The child: what loading and one picture add to a process that has loaded the libraries."""
    import re

    import psutil

    from fanlight.domain.messages import Image, Message
    from fanlight.domain.models import LoadOptions, Sampling
    from fanlight.engine.llama import LlamaEngine

    small = Path(model).parent / "warm-up.gguf"
    text_model().write(small)
    LlamaEngine.load(ModelSpec("warm", small), LoadOptions(256, 1, 0)).close()
    before = psutil.Process().memory_info().rss
    engine = LlamaEngine.load(ModelSpec("x", Path(model), Path(eye)), LoadOptions(0, 1, 0))
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
    spec = ModelSpec("practice", tmp_path / "practice.gguf", tmp_path / "practice-mmproj.gguf")
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=_measure, args=(theirs, str(spec.model), str(spec.projector), 512), daemon=True)
    child.start()
    theirs.close()
    assert ours.poll(120)
    measured = ours.recv()
    child.join(10)
    told = memory.needed(check(spec)).total
    assert told * 0.4 < measured < told * 1.25 + 16e6, (told, measured)
