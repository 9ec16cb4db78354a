"""Checks of a `yasa2` projector, a ConvNeXt V2 (tools/mtmd/models/yasa2.cpp): llama.cpp checks none of its shapes,
gives 64 tokens to every picture whatever the stages leave, and aborts the process on a kernel it cannot use."""

from __future__ import annotations

from fanlight.gguf.header import Header, Tensor
from fanlight.gguf.refusal import expect, misfit, needed, unusable, wrong_storage
from fanlight.i18n import _

TOKENS_A_SIDE = 8
STAGES, BLOCKS = 16, 256
PLAIN = ("f32", "f16")


def check_stages(header: Header, patch: int, side: int) -> int:
    """The width after the last stage. Raises ModelBroken."""
    stem = needed(header, "v.patch_embd.weight")
    width = stem.shape[3] if len(stem.shape) == 4 else 1
    expect(header, stem, (patch, patch, 3, width))
    _plain(header, stem)
    _rows(header, width, "v.patch_embd.bias", "v.patch_ln.weight", "v.patch_ln.bias")
    grid = side // patch
    for stage in range(STAGES):
        start = f"v.stage.{stage}."
        if not any(name.startswith(start) for name in header.named):
            break
        down = header.named.get(start + "down.conv.weight")
        if down is not None:
            after = down.shape[3] if len(down.shape) == 4 else 1
            expect(header, down, (2, 2, width, after))
            _plain(header, down)
            _rows(header, width, start + "down.ln.weight", start + "down.ln.bias")
            _rows(header, after, start + "down.conv.bias")
            width, grid = after, grid // 2
        for block in range(BLOCKS):
            if f"{start}blk.{block}.dw.weight" not in header.named:
                break
            _check_block(header, f"{start}blk.{block}.", width)
    if grid < TOKENS_A_SIDE or grid // (grid // TOKENS_A_SIDE) != TOKENS_A_SIDE:
        raise unusable(header, _("A picture of {size} × {size} cells cannot become 8 × 8 tokens.").format(size=grid))
    places = header.named.get("v.vision_pos_embed")
    if places is not None and (places.shape[0] != width or places.type != "f32"):
        raise misfit(header, places, width)
    return width


def _check_block(header: Header, start: str, width: int) -> None:
    kernel = header.named[start + "dw.weight"]
    expect(header, kernel, (7, 7, 1, width))
    if kernel.type != "f16":
        raise unusable(
            header,
            _("The tensor {tensor} is stored as {type}, but llama.cpp needs f16.").format(
                tensor=kernel.name, type=kernel.type
            ),
        )
    up, down = needed(header, start + "pw1.weight"), needed(header, start + "pw2.weight")
    inner = up.shape[1] if len(up.shape) > 1 else 1
    expect(header, up, (width, inner))
    expect(header, down, (inner, width))
    _rows(header, width, start + "dw.bias", start + "ln.weight", start + "ln.bias", start + "pw2.bias")
    _rows(header, inner, start + "pw1.bias", start + "grn.weight", start + "grn.bias")


def _plain(header: Header, kernel: Tensor) -> None:
    if kernel.type not in PLAIN:
        raise wrong_storage(header, kernel)


def _rows(header: Header, length: int, *names: str) -> None:
    """Tensors that are added or multiplied per channel: absent, or `length` plain numbers."""
    for name in names:
        row = header.named.get(name)
        if row is not None:
            expect(header, row, (length,))
            if row.type != "f32":
                raise wrong_storage(header, row)
