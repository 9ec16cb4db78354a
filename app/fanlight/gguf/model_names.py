"""Whether two files say that they are of one model: by what names are made of, since no two publishers write one the
same way (`Qwen3VL-4B-Instruct-Q4_K_M`, `mmproj-Qwen3-VL-4B-f16`, `Qwen3 VL 4B Instruct`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from fanlight.gguf.architectures import names
from fanlight.gguf.header import Header

_KEYS = ("general.basename", "general.name", "general.base_model.0.name")
_QUANTIZATION = re.compile(r"(?i)(?<![a-z0-9])(?:ud[-_])?(?:i?q\d(?:_[a-z0-9]+)*|bf16|fp?16|fp?32|mxfp4(?:_\w+)?)")
_PART = re.compile(r"-\d{5}-of-\d{5}$")
_SIZE = re.compile(r"(?:\d+x)?[ea]?\d+(?:\.\d+)?[bmt]")
_PIECE = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)*")
_SAYS_NOTHING = names(
    """
    mmproj model models gguf ggml projector encoder clip vit siglip siglip2 instruct it chat hf qat imatrix custom large
    huge so400m patch14 the of k m s l xl xs xxs nl multimodal weights file latest main default v
    """
)
_DATE = 1000
"""A number from here on is a date or a number of pixels, which one of two names may lack."""


class Kinship(Enum):
    SAME = "same"
    OTHER = "other"
    UNSAID = "unsaid"
    """One of the files does not name its model."""


@dataclass(frozen=True, slots=True)
class NameParts:
    """`words` are the letters of a name, `numbers` its version, `sizes` such as 4b or a3b."""

    words: frozenset[str]
    numbers: frozenset[str]
    dates: frozenset[str]
    sizes: frozenset[str]

    @classmethod
    def of(cls, name: str) -> NameParts:
        text = re.sub(r"(?<=\d)_(?=\d)", ".", _QUANTIZATION.sub(" ", _PART.sub("", name)).lower())
        words, numbers, dates, sizes = set[str](), set[str](), set[str](), set[str]()
        for block in re.split(r"[^\w.]+|_", text):
            if _SIZE.fullmatch(block):
                sizes.add(block)
                continue
            for piece in _PIECE.findall(block) if block not in _SAYS_NOTHING else ():
                if piece[0].isdigit():
                    (dates if "." not in piece and int(piece) >= _DATE else numbers).add(piece)
                elif piece not in _SAYS_NOTHING:
                    words.add(piece)
        return cls(*map(frozenset, (words, numbers, dates, sizes)))

    def agrees(self, other: NameParts) -> bool:
        """Versions are equal; sizes and dates are, where both have one; one may have further words (a finetune's), but
        none that makes a text model another one that sees."""
        if self.numbers != other.numbers or not self.words & other.words:
            return False
        for mine, theirs in ((self.sizes, other.sizes), (self.dates, other.dates)):
            if mine and theirs and mine != theirs:
                return False
        apart = self.words ^ other.words
        return (self.words <= other.words or other.words <= self.words) and not apart & _SEEING


_SEEING = names("vision vl vlm omni ocr audio visual")


def kinship(model: Header, projector: Header) -> Kinship:
    ours, theirs = _all_parts(model), _all_parts(projector)
    if any(one.agrees(other) for one in ours for other in theirs):
        return Kinship.SAME
    return Kinship.OTHER if ours and theirs else Kinship.UNSAID


def alike(one: Header, other: Header) -> int:
    """How many entries of the metadata are the same, spelling aside."""
    return sum(1 for key in _KEYS if one.get(key, "") and _letters(one.get(key, "")) == _letters(other.get(key, "")))


def stated_name(header: Header) -> str:
    """What the file says it is, for display."""
    return next((header.get(key, "") for key in _KEYS[1:2] + _KEYS if header.get(key, "").strip()), header.path.stem)


def _all_parts(header: Header) -> list[NameParts]:
    """Of every name of the file that says something."""
    texts = [*(header.get(key, "") for key in _KEYS), header.path.stem]
    return [parts for parts in map(NameParts.of, texts) if parts.words]


def _letters(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())
