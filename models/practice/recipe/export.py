"""The network to and from a GGUF pair.

python -m recipe.export                     the newest checkpoint to ../practice.gguf and ../practice-mmproj.gguf, Q8_0
python -m recipe.export --f32 --to FOLDER   the same, unquantised, from the committed pair when there is no checkpoint
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

import gguf
from recipe.net import Net, Shape

HOME = Path(__file__).resolve().parent.parent
TEXT, EYE = "practice.gguf", "practice-mmproj.gguf"
TITLE = "Fanlight practice model"
# System messages are passed over; a picture's part becomes mtmd's marker.
TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{% if message.role == 'user' %}<user>"
    "{% if message.content is string %}{{ message.content | trim }}{% else %}{% for part in message.content %}"
    "{% if part.type == 'text' %}{{ part.text | trim }}{% elif part.type in ('image', 'image_url', 'media') %}"
    "<__media__>{% endif %}"
    "{% endfor %}{% endif %}{% elif message.role == 'assistant' %}<model>"
    "{% if message.content is string %}{{ message.content | trim }}{% else %}{% for part in message.content %}"
    "{% if part.type == 'text' %}{{ part.text | trim }}{% endif %}{% endfor %}{% endif %}<end>{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<model>{% endif %}"
)
TEXT_NAMES = {
    "token_embd.weight": "token_embd.weight",
    "output_norm.weight": "output_norm.weight",
    "output.weight": "output.weight",
}
EYE_NAMES = {"eye.position": "v.vision_pos_embed"}


def target(name: str) -> tuple[str, bool]:
    """The GGUF name of a parameter, and whether it belongs to the projector file."""
    if name.startswith("eye.mm."):
        return name.removeprefix("eye."), True
    if name.startswith("eye."):
        return EYE_NAMES.get(name) or name.replace("eye.", "v."), True
    return TEXT_NAMES.get(name) or name, False


def quantisable(name: str, values: NDArray[np.float32]) -> bool:
    """Matrices whose rows fit Q8_0; what llama.cpp convolves or adds stays in float."""
    return values.ndim == 2 and values.shape[1] % 32 == 0 and name.endswith("weight")


def write(net: Net, tokenizer: Tokenizer, folder: Path, quantise: bool) -> None:
    """Both files of the pair, each in one step; matrices as Q8_0 where `quantise`, the rest as float32 or float16."""
    text, eye = gguf.GGUFWriter(folder / (TEXT + ".new"), "llama"), gguf.GGUFWriter(folder / (EYE + ".new"), "clip")
    for writer in (text, eye):
        _describe(writer, quantise)
    _text_metadata(text, net.shape)
    _tokenizer(text, tokenizer)
    _projector_metadata(eye, net.shape)
    for name, weight in net.state_dict().items():
        values: NDArray[np.float32] = weight.detach().float().numpy()
        gguf_name, in_projector = target(name)
        _add_tensor(eye if in_projector else text, gguf_name, values, quantise)
    for writer, name in ((text, TEXT), (eye, EYE)):
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        (folder / (name + ".new")).replace(folder / name)


def _describe(writer: gguf.GGUFWriter, quantise: bool) -> None:
    writer.add_name(TITLE)
    writer.add_basename("fanlight-practice")
    writer.add_version("1")
    writer.add_license("mit")
    writer.add_description("Knows coloured shapes and printed numbers, for trying Fanlight without a download.")
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0 if quantise else gguf.LlamaFileType.ALL_F32)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)


def _text_metadata(writer: gguf.GGUFWriter, shape: Shape) -> None:
    writer.add_type(gguf.GGUFType.MODEL)
    writer.add_context_length(2048)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.ff)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(shape.width // shape.heads)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_vocab_size(shape.vocabulary)


def _projector_metadata(writer: gguf.GGUFWriter, shape: Shape) -> None:
    writer.add_type(gguf.GGUFType.MMPROJ)
    writer.add_clip_has_vision_encoder(True)
    writer.add_clip_projector_type("yasa2")
    writer.add_vision_use_gelu(True)
    writer.add_vision_image_size(shape.side)
    writer.add_vision_patch_size(shape.patch)
    writer.add_vision_embedding_length(shape.eye_widths[-1])
    writer.add_vision_feed_forward_length(shape.eye_ff)
    writer.add_vision_block_count(0)  # no transformer layers: the stages are counted by their tensors
    writer.add_vision_projection_dim(shape.width)
    writer.add_vision_head_count(1)
    writer.add_vision_attention_layernorm_eps(1e-6)
    writer.add_vision_image_mean([0.5] * 3)
    writer.add_vision_image_std([0.5] * 3)


def _add_tensor(writer: gguf.GGUFWriter, name: str, values: NDArray[np.float32], quantise: bool) -> None:
    if quantise and quantisable(name, values):
        kind = gguf.GGMLQuantizationType.Q8_0
        writer.add_tensor(name, gguf.quants.quantize(values, kind), raw_dtype=kind)
    elif name.endswith("dw.weight"):  # llama.cpp convolves channel by channel in half precision only
        writer.add_tensor(name, values.astype(np.float16))
    else:
        writer.add_tensor(name, np.ascontiguousarray(values))


def _tokenizer(writer: gguf.GGUFWriter, tokenizer: Tokenizer) -> None:
    saved = json.loads(tokenizer.to_str())
    specials = {entry["content"] for entry in saved["added_tokens"]}
    pieces = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([piece for piece, _ in pieces])
    writer.add_token_types(
        [gguf.TokenType.CONTROL if piece in specials else gguf.TokenType.NORMAL for piece, _ in pieces]
    )
    writer.add_token_merges([pair if isinstance(pair, str) else " ".join(pair) for pair in saved["model"]["merges"]])
    ids = tokenizer.get_vocab()
    writer.add_bos_token_id(ids["<bos>"])
    writer.add_eos_token_id(ids["<end>"])
    writer.add_pad_token_id(ids["<pad>"])
    writer.add_add_bos_token(True)
    writer.add_chat_template(TEMPLATE)


def read(folder: Path = HOME) -> tuple[Net, Tokenizer]:
    """The pair as a torch network (dequantised) and its tokenizer."""
    text, eye = gguf.GGUFReader(folder / TEXT), gguf.GGUFReader(folder / EYE)
    net = Net(_shape_of(text, eye))
    tensors = {t.name: gguf.quants.dequantize(t.data, t.tensor_type) for reader in (text, eye) for t in reader.tensors}
    weights = {
        name: torch.from_numpy(np.array(tensors[target(name)[0]])).reshape(weight.shape)
        for name, weight in net.state_dict().items()
    }
    net.load_state_dict(weights)
    return net.eval(), _tokenizer_of(text)


def _value(reader: gguf.GGUFReader, key: str) -> Any:
    return reader.fields[key].contents()


def _shape_of(text: gguf.GGUFReader, eye: gguf.GGUFReader) -> Shape:
    tensors = {tensor.name: tensor for tensor in eye.tensors}
    stages = range(sum(f"v.stage.{stage}.blk.0.dw.bias" in tensors for stage in range(9)))
    return Shape(
        vocabulary=_value(text, "llama.vocab_size"),
        side=_value(eye, "clip.vision.image_size"),
        patch=_value(eye, "clip.vision.patch_size"),
        eye_widths=tuple(int(tensors[f"v.stage.{stage}.blk.0.dw.bias"].shape[0]) for stage in stages),
        eye_depths=tuple(
            sum(f"v.stage.{stage}.blk.{block}.dw.bias" in tensors for block in range(99)) for stage in stages
        ),
        eye_ff=_value(eye, "clip.vision.feed_forward_length"),
        width=_value(text, "llama.embedding_length"),
        ff=_value(text, "llama.feed_forward_length"),
        layers=_value(text, "llama.block_count"),
        heads=_value(text, "llama.attention.head_count"),
        rope_base=_value(text, "llama.rope.freq_base"),
    )


def _tokenizer_of(text: gguf.GGUFReader) -> Tokenizer:
    pieces, kinds = _value(text, "tokenizer.ggml.tokens"), _value(text, "tokenizer.ggml.token_type")
    merges = [tuple(pair.split(" ")) for pair in _value(text, "tokenizer.ggml.merges")]
    tokenizer = Tokenizer(models.BPE(vocab={piece: index for index, piece in enumerate(pieces)}, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    control = [piece for piece, kind in zip(pieces, kinds, strict=True) if kind == gguf.TokenType.CONTROL]
    tokenizer.add_special_tokens([AddedToken(piece, special=True) for piece in control])
    return tokenizer


def trained() -> tuple[Net, Tokenizer]:
    """The checkpoint, or the committed pair when there is none."""
    found = [path for name in ("calm", "all") if (path := HOME / ".work" / f"{name}.pt").exists()]
    path = max(found, key=lambda path: path.stat().st_mtime, default=HOME / ".work" / "all.pt")
    if not path.exists():
        return read()
    from recipe.tokens import tokenizer

    state = torch.load(path, weights_only=True)
    net = Net(Shape(**state["shape"]))
    net.load_state_dict(state["net"])
    return net.eval(), tokenizer()


def main() -> None:
    """Write the newest checkpoint, or the committed pair, as GGUF files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, default=HOME)
    parser.add_argument("--f32", action="store_true")
    args = parser.parse_args()
    args.to.mkdir(parents=True, exist_ok=True)
    write(*trained(), args.to, quantise=not args.f32)
    files = [args.to / name for name in (TEXT, EYE)]
    print("wrote", *files, sum(file.stat().st_size for file in files), "bytes")


if __name__ == "__main__":
    main()
