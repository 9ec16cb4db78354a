"""Headers are read in full or refused in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.domain.errors import ModelBroken, ModelMissing
from fanlight.gguf import header, layout, source
from support.gguf_drafts import F16, I32, Draft, Weights, text_model


def refusal(path: Path) -> str:
    with pytest.raises(ModelBroken) as refused:
        header.read(path)
    assert refused.value.hint
    assert path.name in refused.value.message
    return refused.value.message


def test_a_sound_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    draft = (
        text_model().set("general.odd", [True, False]).set("general.small", -7, "i8").set("general.half", 0.5, "f64")
    )
    read = header.read(draft.write(tmp_path / "tiny.gguf"))
    assert (read.version, read.architecture, read.name) == (3, "llama", "Tiny")
    assert read.own("block_count", 0) == 2
    assert read.metadata["general.odd"] == (True, False)
    assert (read.metadata["general.small"], read.metadata["general.half"]) == (-7, 0.5)
    assert read.kinds["general.odd"] == "[bool]"
    assert [tensor.name for tensor in read.tensors] == [tensor.name for tensor in draft.tensors]
    for tensor, written in zip(read.tensors, draft.tensors, strict=True):
        assert tensor.shape == written.shape
        data = read.path.read_bytes()[tensor.offset : tensor.offset + tensor.bytes]
        assert data == written.data
    assert read.tensor_bytes == sum(len(tensor.data) for tensor in draft.tensors)


def test_a_vocabulary_is_fetched_only_when_asked_for(tmp_path: Path) -> None:
    draft = text_model()
    tokens = [*draft.value("tokenizer.ggml.tokens"), "später", b"\xff\x00raw"]  # type: ignore[misc]
    read = header.read(draft.set("tokenizer.ggml.tokens", tokens).write(tmp_path / "tiny.gguf"))
    assert isinstance(read.metadata["tokenizer.ggml.tokens"], header.LongArray)
    assert read.length("tokenizer.ggml.tokens") == len(tokens)
    assert read.array("tokenizer.ggml.tokens")[-2] == "später"
    assert read.strings("tokenizer.ggml.tokens")[-1] == b"\xff\x00raw"
    assert read.array("tokenizer.ggml.token_type")[-1] == 3


def test_arrays_longer_than_the_window_are_walked_and_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "WINDOW", 100)
    draft = text_model().set("general.long", "x" * 1000)
    numbers = list(range(10_000))
    read = header.read(draft.set("general.numbers", numbers).write(tmp_path / "tiny.gguf"))
    assert read.get("general.long", "") == "x" * 1000
    assert read.array("general.numbers") == tuple(numbers)
    assert len(read.strings("tokenizer.ggml.tokens")) == 263


def test_a_value_of_another_type_is_not_taken_for_the_one_asked_for(tmp_path: Path) -> None:
    read = header.read(text_model().set("general.flag", True).write(tmp_path / "tiny.gguf"))
    assert read.get("general.flag", 5) == 5
    assert read.get("general.architecture", 1) == 1
    assert read.get("llama.block_count", 0.5) == 2.0


def test_version_two_is_read(tmp_path: Path) -> None:
    draft = text_model()
    draft.version = 2
    assert header.read(draft.write(tmp_path / "old.gguf")).version == 2


def test_a_missing_file_and_a_folder_are_said_to_be_that(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="does not exist"):
        header.read(tmp_path / "nothing.gguf")
    with pytest.raises(ModelMissing, match="folder"):
        header.read(tmp_path)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"GGUF", "too short"),
        (b"GGML" + bytes(100), "old format"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0000", "Git LFS pointer"),
        (b"<!DOCTYPE html><html><body>Not found</body></html>", "web page"),
        (b"PK\x03\x04" + bytes(100), "ZIP"),
        (bytes(100), "is not a GGUF model"),
        (b"GGUF\x00\x00\x00\x03" + bytes(100), "big-endian"),
        (b"GGUF\x01\x00\x00\x00" + bytes(100), "version 1"),
        (b"GGUF\x09\x00\x00\x00" + bytes(100), "version 9"),
        (b"GGUF\x00\x00\x00\x00" + bytes(100), "version 0"),
    ],
)
def test_what_is_no_gguf_is_called_what_it_is(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "file.gguf"
    path.write_bytes(data)
    assert words in refusal(path)


def _tensor_count(draft: Draft) -> None:
    draft.tensor_count = 2**40


def _key_count(draft: Draft) -> None:
    draft.key_count = 2**40


def _one_key_more(draft: Draft) -> None:
    draft.key_count = len(draft.entries) + 1


def _twice(draft: Draft) -> None:
    draft.entries.append(draft.entries[0])


def _same_tensor(draft: Draft) -> None:
    draft.tensors[1].name = draft.tensors[0].name


def _unknown_type(draft: Draft) -> None:
    draft.tensors[0].type = 4


def _block(draft: Draft) -> None:
    draft.tensors[0].type, draft.tensors[0].shape = 8, (33, 2)


def _elsewhere(draft: Draft) -> None:
    draft.offsets[draft.tensors[1].name] = 32


def _huge(draft: Draft) -> None:
    draft.tensors[-1].shape = (2**32, 2**32)


def _nothing_in_it(draft: Draft) -> None:
    draft.tensors[-1].shape = (0, 4)


def _five(draft: Draft) -> None:
    draft.tensors[-1].shape = (1, 1, 1, 1, 1)


def _too_small_alignment(draft: Draft) -> None:
    draft.set("general.alignment", 8)


def _odd_alignment(draft: Draft) -> None:
    draft.set("general.alignment", 33)


def _nameless(draft: Draft) -> None:
    draft.tensors[0].name = ""


def _unprintable(draft: Draft) -> None:
    draft.entries[0].key = "general\nodd"


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (_tensor_count, "tensors"),
        (_key_count, "metadata entries"),
        (_one_key_more, ""),
        (_twice, "twice"),
        (_same_tensor, "same name"),
        (_unknown_type, "type 4"),
        (_block, "rows of 33"),
        (_elsewhere, "at a wrong position"),
        (_huge, "shape"),
        (_nothing_in_it, "shape"),
        (_five, "5 dimensions"),
        (_too_small_alignment, "alignment is 8"),
        (_odd_alignment, "alignment is 33"),
        (_nameless, "unreadable text"),
        (_unprintable, "unreadable text"),
    ],
)
def test_a_damaged_layout_is_refused(tmp_path: Path, damage: Callable[[Draft], None], words: str) -> None:
    draft = text_model()
    damage(draft)
    assert words in refusal(draft.write(tmp_path / "broken.gguf"))


def test_a_long_array_that_claims_more_than_the_file_holds_is_refused(tmp_path: Path) -> None:
    whole = text_model().bytes()
    for key in (b"tokenizer.ggml.tokens", b"tokenizer.ggml.token_type"):
        at = whole.index(key) + len(key) + 8
        path = tmp_path / "broken.gguf"
        path.write_bytes(whole[:at] + (2**60).to_bytes(8, "little") + whole[at + 8 :])
        assert "1,152,921,504,606,846,976 elements" in refusal(path)


def test_arrays_of_arrays_and_unknown_kinds_are_refused(tmp_path: Path) -> None:
    whole = text_model().bytes()
    at = whole.index(b"tokenizer.ggml.merges") + 21 + 4
    path = tmp_path / "broken.gguf"
    for kind, words in ((9, "array of arrays"), (13, "unknown type 13")):
        path.write_bytes(whole[:at] + kind.to_bytes(4, "little") + whole[at + 4 :])
        assert words in refusal(path)


@given(st.integers(0, 100_000))
def test_a_file_cut_anywhere_is_refused(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    path = tmp_path_factory.getbasetemp() / "cut.gguf"
    whole = text_model().bytes()
    path.write_bytes(whole[: min(cut, len(whole) - 40)])  # the last tensor's data, not its padding
    refusal(path)


def test_every_tensor_type_has_the_size_llama_cpp_gives_it() -> None:
    import ctypes

    llama = pytest.importorskip("llama_cpp")
    library = next((Path(llama.__file__).parent / "lib").glob("libggml-base.*"), None)
    if library is None:
        pytest.skip("the ggml library has another name here")
    ggml = ctypes.CDLL(str(library))
    ggml.ggml_type_name.restype = ctypes.c_char_p
    ggml.ggml_type_size.restype = ctypes.c_size_t
    ggml.ggml_blck_size.restype = ctypes.c_int64
    for number in range(43):
        known = layout.TENSOR_TYPES.get(number)
        if ggml.ggml_blck_size(number) == 0:
            assert known is None, number
        else:
            assert known is not None, number
            name = ggml.ggml_type_name(number).decode()
            assert (known.name, known.block, known.bytes) == (
                name, ggml.ggml_blck_size(number), ggml.ggml_type_size(number)
            )  # fmt: skip


def test_half_precision_and_integers_have_their_sizes(tmp_path: Path) -> None:
    draft = Draft().set("general.architecture", "llama")
    draft.tensors = [Weights("a", (3, 5), F16, bytes(30)), Weights("b", (7,), I32, bytes(28))]
    read = header.read(draft.write(tmp_path / "sizes.gguf"))
    assert [tensor.bytes for tensor in read.tensors] == [30, 28]
