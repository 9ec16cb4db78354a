"""What a model's file is called: by its own name, or by its folder's where its name says nothing."""

from __future__ import annotations

import re
from pathlib import Path

_PART = re.compile(r"-\d{5}-of-\d{5}$")
_SAYS_NOTHING = re.compile(
    r"(?i)(?:ggml[-_.]?)?(?:models?|weights?|gguf|ggml|hf|te?mp|output|converted|merged|main|snapshot|text|downloads?|desktop|documents|home)?"
    r"[-_. ]*(?:ud[-_])?(?:i?q\d\w*|b?f16|fp16|f32|fp32|mxfp4\w*)?|\d+"
)
"""“model”, “ggml-model-Q4_K_M”, “Q8_0”: the same of every model."""


def name_of_file(path: Path) -> str:
    """The name without its ending, and without the number of a part; with the folder's where it says nothing. "" where
    neither says anything."""
    name = _PART.sub("", path.name[:-5] if path.name.lower().endswith(".gguf") else path.name)
    if not says_nothing(name):
        return name
    folder = path.parent.name
    if says_nothing(folder):
        return ""
    quantization = re.sub(r"(?i)^(ggml|model|[-_. ])+", "", name)
    return f"{folder}-{quantization}" if quantization and quantization.lower() not in folder.lower() else folder


def says_nothing(name: str) -> bool:
    """Whether it is what any model could be called."""
    return not name.strip() or _SAYS_NOTHING.fullmatch(name.strip()) is not None
