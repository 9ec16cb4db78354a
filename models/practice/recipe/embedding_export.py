"""The practice embedder to a GGUF pair, and back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

import gguf
from recipe.export import _add_tensor, _projector_metadata, _text_metadata, _tokenizer, target
from recipe.net import Net

FILE, EYE_FILE = "practice-embedding.gguf", "practice-embedding-mmproj.gguf"
LEAST = "fanlight.least_similarity"
"""Key of the similarity from which on a picture counts as found by words."""


def read_weights(net: Net, folder: Path) -> None:
    """Those of both files, dequantised, into a net of the same shape; what a file does not have stays as it is."""
    files = [folder / name for name in (FILE, EYE_FILE) if (folder / name).exists()]
    tensors = {t.name: gguf.quants.dequantize(t.data, t.tensor_type) for f in files for t in gguf.GGUFReader(f).tensors}
    here = net.state_dict()
    found = {
        name: torch.from_numpy(np.array(tensors[target(name)[0]])).reshape(weight.shape)
        for name, weight in here.items()
        if target(name)[0] in tensors
    }
    net.load_state_dict(here | found)


def write_embedder(
    net: Net, tokenizer: Tokenizer, folder: Path, least_similarity: float, *, quantise: bool = True
) -> None:
    """Both files, each in one step; the text half has no output matrix."""
    text = gguf.GGUFWriter(folder / (FILE + ".new"), "llama")
    eye = gguf.GGUFWriter(folder / (EYE_FILE + ".new"), "clip")
    for writer in (text, eye):
        writer.add_name("Fanlight practice embedder")
        writer.add_basename("fanlight-practice-embedding")
        writer.add_version("1")
        writer.add_license("mit")
        writer.add_description("Finds drawn pictures of coloured shapes by words, to try Fanlight without a download.")
        writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0 if quantise else gguf.LlamaFileType.ALL_F32)
        writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    _text_metadata(text, net.shape)
    text.add_pooling_type(gguf.PoolingType.LAST)
    text.add_float32(LEAST, least_similarity)
    _tokenizer(text, tokenizer)
    _projector_metadata(eye, net.shape)
    for name, weight in net.state_dict().items():
        gguf_name, in_projector = target(name)
        if gguf_name != "output.weight":
            values: NDArray[np.float32] = weight.detach().float().numpy()
            _add_tensor(eye if in_projector else text, gguf_name, values, quantise)
    for writer, name in ((text, FILE), (eye, EYE_FILE)):
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        (folder / (name + ".new")).replace(folder / name)
