"""Projectors find their model by what both say of themselves."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fanlight.domain.errors import ModelMissing
from fanlight.gguf import header
from fanlight.gguf.pair import belongs, choose_projector
from support import random_models
from support.gguf_drafts import F16, Draft, projector, text_model


def _named(draft: Draft, name: str) -> Draft:
    return draft.set("general.name", name)


def test_the_projector_of_the_right_width_is_found_whatever_the_files_are_called(tmp_path: Path) -> None:
    model = text_model().write(tmp_path / "mmproj-looks-like-one.gguf")
    projector(64).write(tmp_path / "aaa.gguf")
    right = projector(32).write(tmp_path / "zzz.gguf")
    (tmp_path / "broken.gguf").write_bytes(b"GGUF and nothing")
    (tmp_path / "notes.txt").write_text("no model")
    assert choose_projector(model).projector == right


def test_of_two_that_fit_the_one_with_the_models_name_is_taken(tmp_path: Path) -> None:
    model = _named(text_model(), "Rose 3B").write(tmp_path / "rose.gguf")
    _named(projector(), "Tulip 3B").write(tmp_path / "rose-mmproj.gguf")
    right = _named(projector(), "Rose 3B").write(tmp_path / "a.gguf")
    assert choose_projector(model).projector == right


def test_of_twins_the_sixteen_bit_one_is_taken(tmp_path: Path) -> None:
    model = text_model().write(tmp_path / "tiny.gguf")
    projector().write(tmp_path / "mmproj-a.gguf")
    half = projector()
    for tensor in half.tensors:
        if len(tensor.shape) == 2 and "position" not in tensor.name:
            tensor.type, tensor.data = F16, bytes(len(tensor.data) // 2)
    right = half.write(tmp_path / "mmproj-b.gguf")
    assert choose_projector(model).projector == right


def test_nothing_is_found_for_a_text_model_or_a_broken_one(tmp_path: Path) -> None:
    assert choose_projector(text_model().write(tmp_path / "alone.gguf")).projector is None
    eye = projector(64).write(tmp_path / "other.gguf")
    assert choose_projector(tmp_path / "alone.gguf").projector is None
    assert choose_projector(eye).projector is None
    assert choose_projector(tmp_path / "missing.gguf").projector is None


def test_names_beyond_ascii_are_fine(tmp_path: Path) -> None:
    folder = tmp_path / "Modèles – 模型"
    folder.mkdir()
    model = text_model().write(folder / "größe.gguf")
    eye = projector().write(folder / "зрение.gguf")
    assert choose_projector(model).projector == eye


def test_a_family_with_its_own_projector_takes_no_other_of_equal_width(tmp_path: Path) -> None:
    """llama.cpp would load such a pair and answer nonsense."""
    specs = [build(tmp_path) for build in (random_models.mrope, random_models.window, random_models.hybrid)]
    headers = [(header.read(spec.files.model), header.read(spec.files.projector or spec.files.model)) for spec in specs]
    for i, (model, _) in enumerate(headers):
        for j, (_, eye) in enumerate(headers):
            said = belongs(model, eye)
            assert (said is None) == (i == j), (model.path, eye.path, said)
            assert said is None or eye.path.name in said


def test_deeper_layers_count_towards_the_width(tmp_path: Path) -> None:
    draft = text_model().set("general.architecture", "qwen3vl")
    for entry in draft.entries:
        entry.key = entry.key.replace("llama.", "qwen3vl.")
    model = header.read(draft.set("qwen3vl.n_deepstack_layers", 2).write(tmp_path / "m.gguf"))
    eye = projector().set("clip.projector_type", "qwen3vl_merger")
    eye.drop_tensors("mm.")
    eye.tensors += projector().drop_tensors("v.").reshape("mm.soft_emb_norm.weight", 32).tensors[:1]
    eye.tensors[-1].name = "mm.2.bias"
    assert "32 numbers, but m.gguf takes 96" in str(belongs(model, header.read(eye.write(tmp_path / "p.gguf"))))
    for layer in range(2):
        extra = projector().reshape("v.post_ln.weight", 24).tensor("v.post_ln.weight")
        extra.name = f"v.deepstack.{layer}.fc1.weight"
        eye.tensors.append(extra)
    assert belongs(model, header.read(eye.write(tmp_path / "p.gguf"))) is None


@pytest.mark.parametrize(
    "build", [random_models.plain, random_models.mrope, random_models.window, random_models.hybrid]
)
def test_every_kind_of_pair_finds_itself_among_the_others(tmp_path: Path, build: object) -> None:
    for other in (random_models.plain, random_models.mrope, random_models.window, random_models.hybrid):
        other(tmp_path)
    spec = build(tmp_path)  # type: ignore[operator]
    assert choose_projector(spec.files.model).projector == spec.files.projector


def test_a_text_model_never_gets_another_models_projector(tmp_path: Path) -> None:
    text = _named(text_model(), "Aya Text").write(tmp_path / "aya-text.gguf")
    eye = _named(projector(), "Zebra Vision").write(tmp_path / "mmproj-zebra-vision-f16.gguf")
    own = _named(text_model(), "Zebra Vision").write(tmp_path / "zebra-vision.gguf")
    refused = choose_projector(text)
    assert refused.projector is None
    assert "Zebra Vision" in refused.doubt
    assert "--projector" in refused.doubt
    assert choose_projector(own).projector == eye


def _blind(draft: Draft) -> Draft:
    """Without the tokens that stand around a picture."""
    tokens = next(entry for entry in draft.entries if entry.key == "tokenizer.ggml.tokens")
    tokens.value = [str(token).replace("_of_image>", ">") for token in tokens.value]  # type: ignore[attr-defined]
    return draft


def test_a_projector_without_a_name_goes_to_the_only_model_and_that_is_said(tmp_path: Path) -> None:
    eye = _named(projector(), "").write(tmp_path / "mmproj-F16.gguf")
    model = _named(text_model(), "Rose").write(tmp_path / "rose-Q4_K_M.gguf")
    _named(text_model(), "Rose").write(tmp_path / "rose-Q8_0.gguf")
    found = choose_projector(model)
    assert found.projector == eye
    assert "does not say which model it belongs to" in found.doubt
    _named(text_model(), "Tulip").write(tmp_path / "tulip.gguf")
    assert choose_projector(model).projector is None


def test_a_projector_without_a_name_is_not_for_a_text_model(tmp_path: Path) -> None:
    _named(projector(), "").write(tmp_path / "mmproj-F16.gguf")
    refused = choose_projector(_named(_blind(text_model()), "Aya").write(tmp_path / "aya.gguf"))
    assert refused.projector is None
    assert "mmproj-F16.gguf would fit aya.gguf" in refused.doubt


def test_two_projectors_that_could_be_meant_are_both_named(tmp_path: Path) -> None:
    model = text_model().write(tmp_path / "tiny.gguf")
    first = projector().write(tmp_path / "mmproj-a.gguf")
    projector(layers=3).write(tmp_path / "mmproj-b.gguf")
    found = choose_projector(model)
    assert found.projector == first
    assert "mmproj-b.gguf would fit, too" in found.doubt


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a-mmproj.gguf")
    model = text_model().write(tmp_path / "tiny.gguf")
    right = projector().write(tmp_path / "mmproj-tiny.gguf")
    assert choose_projector(model).projector == right
    for path in (tmp_path / "a-mmproj.gguf", Path("/dev/zero")):
        with pytest.raises(ModelMissing, match=r"is a (pipe|device), not a file"):
            header.read(path)
        assert choose_projector(path).projector is None
