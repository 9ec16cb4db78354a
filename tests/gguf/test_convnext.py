"""Projectors of ConvNeXt stages (`yasa2`): the practice model's own eye, changed until llama.cpp would stop on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from fanlight.domain.errors import ModelBroken
from fanlight.gguf.check import check_projector
from fanlight.gguf.vision import check_vision
from support.gguf_drafts import F32, Draft

EYE = Path(__file__).resolve().parents[2] / "models" / "practice" / "practice-mmproj.gguf"


@pytest.fixture
def eye() -> Draft:
    return Draft.of(EYE)


def refusal(draft: Draft, folder: Path) -> str:
    path = draft.write(folder / "broken.gguf")
    with pytest.raises(ModelBroken) as caught:
        check_projector(path)
    return caught.value.message


def test_the_practice_models_eye_passes_and_its_width_is_that_of_the_last_stage(tmp_path: Path, eye: Draft) -> None:
    header = check_projector(eye.write(tmp_path / "eye.gguf"))
    assert check_vision(header).width == eye.tensor("mm.0.weight").shape[0]


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("v.patch_embd.weight", (4, 4, 3, 24)),
        ("v.patch_embd.bias", (24,)),
        ("v.patch_ln.weight", (24,)),
        ("v.stage.0.blk.0.dw.weight", (7, 7, 1, 24)),
        ("v.stage.0.blk.0.grn.bias", (96,)),
        ("v.stage.1.blk.0.pw1.weight", (96, 192)),
        ("v.stage.1.blk.0.pw2.weight", (192, 96)),
        ("v.stage.1.down.conv.weight", (2, 2, 48, 48)),
        ("v.stage.1.down.ln.weight", (24,)),
        ("v.stage.2.blk.1.ln.bias", (96,)),
        ("v.vision_pos_embed", (96, 64)),
        ("mm.0.weight", (96, 384)),
        ("mm.2.weight", (192, 192)),
    ],
)
def test_a_tensor_that_does_not_fit_is_refused(tmp_path: Path, eye: Draft, name: str, shape: tuple[int, ...]) -> None:
    assert refusal(eye.reshape(name, *shape), tmp_path)


@pytest.mark.parametrize("name", ["v.patch_embd.weight", "v.stage.2.blk.0.pw1.weight", "v.stage.0.blk.0.pw2.weight"])
def test_a_missing_tensor_is_named(tmp_path: Path, eye: Draft, name: str) -> None:
    assert name in refusal(eye.drop_tensors(name), tmp_path)


def test_a_kernel_by_channel_in_single_precision_would_stop_the_process(tmp_path: Path, eye: Draft) -> None:
    kernel = eye.tensor("v.stage.0.blk.0.dw.weight")
    kernel.type, kernel.data = F32, kernel.data * 2
    assert "f16" in refusal(eye, tmp_path)


@pytest.mark.parametrize("side", [64, 160, 220])
def test_a_picture_that_does_not_become_64_tokens_is_refused(tmp_path: Path, eye: Draft, side: int) -> None:
    assert "8 × 8 tokens" in refusal(eye.set("clip.vision.image_size", side), tmp_path)
