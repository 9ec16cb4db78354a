"""A sound encoder like Whisper's, with random weights, for a projector of `random_models`."""

from __future__ import annotations

from dataclasses import dataclass

from support.tensor_writer import TensorWriter


@dataclass(frozen=True)
class EarShape:
    """`projector`: Voxtral's ("voxtral") has a token before a sound, and hears several windows of 30 s, 375 tokens
    each; Ultravox's ("ultravox") hears one, and has no such token."""

    projector: str = "voxtral"
    width: int = 32
    layers: int = 1
    heads: int = 2
    inner: int = 64
    bands: int = 80
    stack: int = 2


def write_ear(writer: TensorWriter, ear: EarShape, text_width: int) -> None:
    file = writer.file
    file.add_bool("clip.has_audio_encoder", True)
    file.add_string("clip.audio.projector_type", ear.projector)
    for key, value in (
        ("num_mel_bins", ear.bands), ("embedding_length", ear.width), ("feed_forward_length", ear.inner),
        ("block_count", ear.layers), ("projection_dim", text_width), ("attention.head_count", ear.heads),
        ("projector.stack_factor", ear.stack),
    ):  # fmt: skip
        file.add_uint32(f"clip.audio.{key}", value)
    file.add_float32("clip.audio.attention.layer_norm_epsilon", 1e-5)
    writer.draw("a.position_embd.weight", (1500, ear.width), 0.3)
    for number, into in ((1, ear.bands), (2, ear.width)):
        writer.draw(f"a.conv1d.{number}.weight", (ear.width, into, 3), (3 * into) ** -0.5, half=True)
        writer.draw(f"a.conv1d.{number}.bias", (ear.width, 1), 0.0)
    for layer in range(ear.layers):
        at = f"a.blk.{layer}."
        for norm in ("ln1", "ln2"):
            writer.ones(f"{at}{norm}.weight", ear.width)
            writer.zeros(f"{at}{norm}.bias", ear.width)
        for part in ("attn_q", "attn_k", "attn_v", "attn_out"):
            writer.matrix(f"{at}{part}.weight", ear.width, ear.width)
            if part != "attn_k":
                writer.zeros(f"{at}{part}.bias", ear.width)
        writer.matrix(f"{at}ffn_up.weight", ear.inner, ear.width)
        writer.zeros(f"{at}ffn_up.bias", ear.inner)
        writer.matrix(f"{at}ffn_down.weight", ear.width, ear.inner)
        writer.zeros(f"{at}ffn_down.bias", ear.width)
    writer.matrix("mm.a.mlp.1.weight", 2 * ear.inner, ear.stack * ear.width)
    writer.matrix("mm.a.mlp.2.weight", text_width, _between(ear), 4.0)
    if ear.projector == "ultravox":
        writer.ones("mm.a.norm_pre.weight", ear.stack * ear.width)
        writer.ones("mm.a.norm_mid.weight", _between(ear))


def _between(ear: EarShape) -> int:
    """Ultravox multiplies one half of what comes of its first matrix with the other."""
    return ear.inner if ear.projector == "ultravox" else 2 * ear.inner
