"""What llama.cpp would die of, or would read wrongly without a word, is refused before it sees the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from fanlight.domain.errors import ModelBroken, ModelError, ModelMissing, ProjectorMismatch
from fanlight.domain.models import ModelSpec
from fanlight.gguf.check import check, check_model, check_projector
from support.gguf_drafts import F16, I32, Draft, projector, text_model

L, V, T = "llama.", "clip.vision.", "tokenizer.ggml."


def why(error: type[ModelError], path: Path, *, eye: bool = False) -> str:
    with pytest.raises(error) as refused:
        check_projector(path) if eye else check_model(path)
    assert refused.value.hint
    assert "\n" not in refused.value.message
    return refused.value.message


def test_a_sound_pair_passes_and_its_headers_come_back(tmp_path: Path) -> None:
    model = text_model().write(tmp_path / "tiny.gguf")
    eye = projector().write(tmp_path / "mmproj.gguf")
    checked = check(ModelSpec.of_files("tiny", model, eye))
    assert checked.model.architecture == "llama"
    assert checked.projector is not None
    assert checked.projector.architecture == "clip"
    assert check(ModelSpec.of_files("tiny", model)).projector is None


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        (L + "block_count", 2**31, "block_count"),
        (L + "block_count", 0, "block_count"),
        (L + "block_count", 513, "block_count"),
        (L + "block_count", 3, "Layer 2 of 3"),
        (L + "block_count", 1, "declares 1"),
        (L + "embedding_length", 0, "embedding_length"),
        (L + "embedding_length", 2**31, "embedding_length"),
        (L + "embedding_length", 48, "a head has 12"),
        (L + "context_length", 0, "context_length"),
        (L + "attention.head_count", 7, "7 attention heads"),
        (L + "attention.head_count", 0, "no attention heads"),
        (L + "attention.head_count_kv", 3, "3 keys"),
        (L + "attention.head_count_kv", 8, "8 keys"),
        (L + "attention.layer_norm_rms_epsilon", -1.0, "epsilon"),
        (L + "attention.layer_norm_rms_epsilon", float("nan"), "epsilon"),
        (L + "rope.freq_base", 0.0, "freq_base"),
        (L + "rope.freq_base", float("inf"), "freq_base"),
        (L + "rope.dimension_count", 0, "dimension_count"),
        (L + "rope.dimension_count", 6, "dimension_count"),
        (L + "rope.scaling.type", "sideways", "scaling"),
        (L + "rope.dimension_sections", [0, 0, 0, 0], "sections"),
        (L + "nextn_predict_layers", 5, "nextn"),
        (L + "expert_count", 2000, "expert_count"),
        (L + "expert_count", 4, "experts"),
        (L + "expert_used_count", 2, "experts"),
        (L + "ssm.state_size", 0, "state_size"),
        (L + "attention.key_length", 0, "key_length"),
        ("general.architecture", "frobnicate", "frobnicate"),
        ("general.architecture", "", "what kind"),
        ("general.type", "adapter", "LoRA"),
        ("general.alignment", 16, "alignment"),
        (T + "model", "no_vocab", "tokenizer"),
        (T + "model", "t5", "tokenizer"),
        (T + "tokens", ["a"], "not as many entries"),
        (T + "bos_token_id", 263, "bos_token_id"),
        (T + "eos_token_id", 2**32 - 1, "eos_token_id"),
        (T + "scores", [0.5, 0.5], "scores"),
    ],
)
def test_values_no_model_has_are_refused(tmp_path: Path, key: str, value: object, words: str) -> None:
    draft = text_model()
    if isinstance(value, list) and isinstance(value[0], int):
        draft.set(key, value, "[i32]")
    else:
        draft.set(key, value)
    assert words in why(ModelBroken, draft.write(tmp_path / "broken.gguf"))


@pytest.mark.parametrize(
    "key",
    [
        "general.architecture", L + "block_count", L + "embedding_length", L + "context_length",
        T + "model", T + "tokens", T + "merges",
    ],
)  # fmt: skip
def test_a_missing_entry_is_named(tmp_path: Path, key: str) -> None:
    message = why(ModelBroken, text_model().drop(key).write(tmp_path / "broken.gguf"))
    assert key in message or "what kind" in message or "vocabulary" in message


def test_a_number_that_is_stored_as_text_is_refused(tmp_path: Path) -> None:
    draft = text_model().set(L + "block_count", "2", "str")
    assert "block_count" in why(ModelBroken, draft.write(tmp_path / "broken.gguf"))


def test_tokens_that_stand_twice_are_counted(tmp_path: Path) -> None:
    draft = text_model()
    tokens = list(draft.value(T + "tokens"))  # type: ignore[call-overload]
    tokens[5] = tokens[6]
    tokens[8] = tokens[9].encode() + b"\0hidden"
    assert "2 tokens occur twice" in why(ModelBroken, draft.set(T + "tokens", tokens).write(tmp_path / "broken.gguf"))


def test_a_vocabulary_of_pieces_needs_a_token_for_every_byte(tmp_path: Path) -> None:
    draft = text_model().set(T + "model", "llama").drop(T + "merges")
    assert "of the 256 bytes" in why(ModelBroken, draft.write(tmp_path / "broken.gguf"))
    tokens = [f"<0x{byte:02X}>" for byte in range(256)] + [f"<{i}>" for i in range(7)]
    check_model(draft.set(T + "tokens", tokens).write(tmp_path / "sound.gguf"))


def test_a_first_token_that_is_added_must_be_there(tmp_path: Path) -> None:
    draft = text_model().drop(T + "bos_token_id").set(T + "pre", "glm4")
    assert "no bos token" in why(ModelBroken, draft.write(tmp_path / "broken.gguf"))
    check_model(draft.set(T + "add_bos_token", False).write(tmp_path / "sound.gguf"))


def test_models_that_can_not_answer_are_called_what_they_are(tmp_path: Path) -> None:
    for arch, words in (
        ("bert", "embedding model"),
        ("wavtokenizer-dec", "speech"),
        ("t5", "rewrites"),
        ("eagle3", "drafts"),
    ):
        draft = text_model().set("general.architecture", arch)
        assert words in why(ModelBroken, draft.write(tmp_path / "other.gguf"))


def test_missing_and_misstored_tensors_are_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.gguf"
    assert "token_embd" in why(ModelBroken, text_model().drop_tensors("token_embd").write(path))
    assert "Layer 1 of 2" in why(ModelBroken, text_model().drop_tensors("blk.1.").write(path))
    assert "attn_q" in why(ModelBroken, text_model().reshape("blk.0.attn_q.weight", 32, 40).write(path))
    norm = text_model()
    norm.tensor("blk.0.attn_norm.weight").type, norm.tensor("blk.0.attn_norm.weight").data = F16, bytes(64)
    assert "stored as f16" in why(ModelBroken, norm.write(path))
    whole_numbers = text_model()
    whole_numbers.tensor("blk.0.attn_q.weight").type = I32
    assert "stored as i32" in why(ModelBroken, whole_numbers.write(path))


def test_a_truncated_model_is_said_to_be_cut_off(tmp_path: Path) -> None:
    path = text_model().write(tmp_path / "cut.gguf")
    path.write_bytes(path.read_bytes()[:-50_000])
    assert "cut off" in why(ModelBroken, path)


def test_a_truncated_projector_which_llama_cpp_would_load_is_refused(tmp_path: Path) -> None:
    path = projector().write(tmp_path / "cut.gguf")
    path.write_bytes(path.read_bytes()[:-2_000])
    assert "cut off" in why(ModelBroken, path, eye=True)


def test_a_projector_in_the_models_place_and_the_other_way_round(tmp_path: Path) -> None:
    model, eye = text_model().write(tmp_path / "m.gguf"), projector().write(tmp_path / "p.gguf")
    assert "is a projector" in why(ProjectorMismatch, eye)
    assert "is a language model" in why(ProjectorMismatch, model, eye=True)
    with pytest.raises(ProjectorMismatch, match=r"p\.gguf is a projector"):
        check(ModelSpec.of_files("swapped", eye, model))


def test_a_projector_of_another_width_is_refused(tmp_path: Path) -> None:
    spec = ModelSpec.of_files("odd", text_model().write(tmp_path / "m.gguf"), projector(64).write(tmp_path / "p.gguf"))
    with pytest.raises(ProjectorMismatch, match=r"64 numbers, but m\.gguf takes 32"):
        check(spec)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("clip.projector_type", "frobnicate", "frobnicate"),
        ("clip.projector_type", "ultravox", "audio projector"),
        ("clip.has_vision_encoder", False, "no vision encoder"),
        (V + "patch_size", 0, "patch_size"),
        (V + "patch_size", 16, "v.patch_embd.weight"),
        (V + "image_size", 40, "positions for 25 patches"),
        (V + "image_size", 4, "no patch of 8"),
        (V + "image_size", 2**20, "image_size"),
        (V + "attention.head_count", 0, "head_count"),
        (V + "attention.head_count", 5, "5 heads"),
        (V + "attention.head_count_kv", 1, "1 keys"),
        (V + "block_count", 0, "block_count"),
        (V + "block_count", 3, "v.blk.2"),
        (V + "embedding_length", 25, "25"),
        (V + "projector.scale_factor", 3, "merged by 3"),
        (V + "projector.scale_factor", 0, "scale_factor"),
        (V + "image_mean", [0.5], "three colors"),
        (V + "image_std", [0.5, 0.0, 0.5], "three colors"),
        (V + "attention.layer_norm_epsilon", float("nan"), "epsilon"),
        (V + "image_min_pixels", 2**31 - 1, "image_min_pixels"),
        (V + "preproc_max_tiles", 0, "preproc_max_tiles"),
        (V + "window_size", 0, "window_size"),
        ("clip.use_silu", True, "two activation functions"),
    ],
)
def test_values_no_projector_has_are_refused(tmp_path: Path, key: str, value: object, words: str) -> None:
    assert words in why(ModelBroken, projector().set(key, value).write(tmp_path / "broken.gguf"), eye=True)


@pytest.mark.parametrize(
    ("key", "kind", "value"),
    [
        (V + "block_count", "i32", 2),
        ("general.name", "u32", 2),
        ("clip.use_gelu", "u8", 1),
        (V + "attention.layer_norm_epsilon", "f64", 1e-6),
        (V + "image_size", "[u32]", [32]),
    ],
)
def test_a_projectors_value_of_another_type_is_refused(tmp_path: Path, key: str, kind: str, value: object) -> None:
    path = projector().set(key, value, kind).write(tmp_path / "broken.gguf")
    assert f"{key} is of the wrong type" in why(ModelBroken, path, eye=True)


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("v.patch_embd.weight", (4608,)),
        ("v.patch_embd.bias", (12,)),
        ("v.position_embd.weight", (24, 15)),
        ("v.blk.0.attn_q.weight", (24, 25)),
        ("v.blk.1.attn_out.weight", (25, 24)),
        ("v.blk.0.attn_k.bias", (23,)),
        ("v.blk.1.ln1.weight", (48,)),
        ("v.blk.0.ffn_up.weight", (24, 47)),
        ("v.blk.0.ffn_down.bias", (48,)),
        ("v.post_ln.weight", (1,)),
        ("mm.soft_emb_norm.weight", (32,)),
        ("mm.input_projection.weight", (32, 25)),
    ],
)
def test_a_projectors_tensor_that_does_not_fit_is_refused(tmp_path: Path, name: str, shape: tuple[int, ...]) -> None:
    path = projector().reshape(name, *shape).write(tmp_path / "broken.gguf")
    why(ModelBroken, path, eye=True)


@pytest.mark.parametrize(
    "name",
    [
        "v.patch_embd.weight", "v.position_embd.weight", "v.blk.1.attn_v.weight", "v.blk.0.ffn_up.weight",
        "mm.input_projection.weight",
    ],
)  # fmt: skip
def test_a_projectors_missing_tensor_is_named(tmp_path: Path, name: str) -> None:
    path = projector().drop_tensors(name).write(tmp_path / "broken.gguf")
    assert name in why(ModelBroken, path, eye=True)


def test_swapped_feed_forward_names_of_old_projectors_pass(tmp_path: Path) -> None:
    draft = projector()
    for layer in range(2):
        for last in ("weight", "bias"):
            up, down = (draft.tensor(f"v.blk.{layer}.ffn_{way}.{last}") for way in ("up", "down"))
            up.name, down.name = down.name, up.name
    check_projector(draft.write(tmp_path / "old.gguf"))


def _parts(folder: Path, count: int) -> list[Path]:
    """The tiny model in several files."""
    whole = text_model()
    share = -(-len(whole.tensors) // count)
    paths = []
    for number in range(count):
        part = Draft(list(whole.entries) if number == 0 else [], whole.tensors[number * share : (number + 1) * share])
        part.set("split.count", count, "u16").set("split.no", number, "u16")
        part.set("split.tensors.count", len(whole.tensors), "i32")
        paths.append(part.write(folder / f"tiny-{number + 1:05d}-of-{count:05d}.gguf"))
    return paths


def test_a_model_in_parts_is_read_as_one(tmp_path: Path) -> None:
    first = _parts(tmp_path, 3)[0]
    header = check_model(first)
    assert len(header.tensors) == len(text_model().tensors)
    assert header.file_bytes == sum(path.stat().st_size for path in tmp_path.iterdir())


def test_a_part_that_is_not_there_is_named(tmp_path: Path) -> None:
    first, second, _ = _parts(tmp_path, 3)
    second.unlink()
    assert second.name in why(ModelMissing, first)


def test_a_model_in_parts_is_opened_by_its_first_and_whole_name(tmp_path: Path) -> None:
    first, second, third = _parts(tmp_path, 3)
    second_draft, third_data = Draft.of(second), third.read_bytes()
    whole_second = text_model().set("split.count", 3, "u16").set("split.no", 1, "u16").write(second)
    assert first.name in str(_hint(whole_second))
    second_draft.write(second)
    third.write_bytes(second.read_bytes())
    assert "not part 3" in why(ModelBroken, first)
    third.write_bytes(third_data)
    assert "its name does not say so" in why(ModelBroken, first.rename(tmp_path / "renamed.gguf"))


def _hint(path: Path) -> str:
    with pytest.raises(ModelBroken) as refused:
        check_model(path)
    return refused.value.hint


def test_tables_hold_what_the_pinned_llama_cpp_knows() -> None:
    """The names are in the libraries themselves."""
    from fanlight.gguf.architectures import ARCHITECTURES
    from fanlight.gguf.projectors import HEARING, PROJECTORS

    llama = pytest.importorskip("llama_cpp")
    folder = Path(llama.__file__).parent / "lib"
    for stem, names in (("libllama", ARCHITECTURES), ("libmtmd", HEARING | PROJECTORS.keys())):
        library = next(folder.glob(f"{stem}.*"), None)
        if library is None:
            pytest.skip("the libraries have other names here")
        data = library.read_bytes()
        assert not [name for name in names if name.encode() + b"\0" not in data]
