"""What must be the same for a state to be that of this model: its files, llama.cpp, and how it was loaded."""

from __future__ import annotations

import hashlib
import json
from importlib import metadata
from pathlib import Path

from fanlight.domain.models import ModelFiles
from fanlight.domain.placement import Placement
from fanlight.gguf.split import parts

_ENDS = 2**20


def state_fingerprint(files: ModelFiles, placement: Placement, context_tokens: int) -> bytes:
    """A sha256. Of large files their beginning, end, size, and time. Raises OSError."""
    about = [metadata.version("llama-cpp-python"), context_tokens, placement.as_values()]
    about += [[_file_mark(part) for part in parts(files.model)]]
    about += [_file_mark(files.projector) if files.projector is not None else ""]
    return hashlib.sha256(json.dumps(about).encode()).digest()


def _file_mark(path: Path) -> str:
    found = path.stat()
    with path.open("rb") as file:
        digest = hashlib.sha256(file.read(_ENDS))
        file.seek(max(0, found.st_size - _ENDS))
        digest.update(file.read(_ENDS))
    digest.update(f"{found.st_size} {found.st_mtime_ns}".encode())
    return digest.hexdigest()
