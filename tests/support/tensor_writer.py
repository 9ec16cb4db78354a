"""Tensors with random numbers in a GGUF file."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import gguf


class TensorWriter:
    """A GGUF file whose tensors are drawn as they are named."""

    def __init__(
        self, path: Path, architecture: str, seed: int, *, quantised: bool, sparse: bool = False, bits: int = 8
    ) -> None:
        self.file = gguf.GGUFWriter(path, architecture)
        self._path, self._has_biases = path, architecture == "stablelm"
        self._random = np.random.default_rng(seed)
        self._quantised, self._sparse = quantised, sparse
        kinds = gguf.GGMLQuantizationType
        self._kind, self._block_bytes = {4: (kinds.Q4_0, 18), 8: (kinds.Q8_0, 34)}[bits]

    def matrix(self, name: str, out: int, into: int, gain: float = 1.0) -> None:
        if self._sparse:
            size = out * into // 32 * self._block_bytes
            self.file.add_tensor_info(name, (out, into), np.dtype(np.float16), size, raw_dtype=self._kind)
            return
        rows = self._random.standard_normal((out, into), dtype=np.float32) * np.float32(gain / into**0.5)
        if self._quantised and into % 32 == 0:
            self.file.add_tensor(name, gguf.quants.quantize(rows, self._kind), raw_dtype=self._kind)
        else:
            self.file.add_tensor(name, rows)

    def draw(self, name: str, shape: tuple[int, ...], gain: float, *, half: bool = False) -> None:
        if self._sparse:
            self._hole(name, shape)
            return
        drawn: npt.NDArray[Any] = self._random.standard_normal(shape, dtype=np.float32) * np.float32(gain)
        self.file.add_tensor(name, drawn.astype(np.float16) if half else drawn)

    def _hole(self, name: str, shape: tuple[int, ...]) -> None:
        self.file.add_tensor_info(name, shape, np.dtype(np.float32), 4 * math.prod(shape))

    def ones(self, name: str, size: int) -> None:
        """Of a norm, which has a bias, too, in some architectures."""
        if self._sparse:
            self._hole(name, (size,))
            return
        self.file.add_tensor(name, np.ones(size, dtype=np.float32))
        if self._has_biases:
            self.zeros(name.removesuffix("weight") + "bias", size)

    def zeros(self, name: str, size: int) -> None:
        self.file.add_tensor(name, np.zeros(size, dtype=np.float32))

    def close(self) -> None:
        self.file.write_header_to_file()
        self.file.write_kv_data_to_file()
        if not self._sparse:
            self.file.write_tensors_to_file()
            self.file.close()
            return
        self.file.write_ti_data_to_file()
        self.file.close()
        pad = gguf.GGUFWriter.ggml_pad
        end = pad(self._path.stat().st_size, 32)
        os.truncate(self._path, end + sum(pad(t.nbytes, 32) for part in self.file.tensors for t in part.values()))
