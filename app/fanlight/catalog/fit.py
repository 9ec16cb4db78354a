"""Whether a model fits this computer, in numbers and in words, and what it can do."""

from __future__ import annotations

from dataclasses import dataclass

from fanlight.domain.models import ModelSpec
from fanlight.gguf import memory
from fanlight.gguf.check import check
from fanlight.i18n import _, format_decimal

TIGHT = 0.9


@dataclass(frozen=True, slots=True)
class FitReport:
    """`words` are for a person: "needs 1.2 GB, 3.4 GB free: fits"."""

    needs_bytes: int
    fits: bool
    words: str


def judge(spec: ModelSpec, free_bytes: int, context_tokens: int = 0) -> FitReport:
    """Reads the model's headers. Raises ModelError when they are missing or broken."""
    needs = memory.plan(check(spec), context_tokens).total
    return FitReport(needs, needs <= free_bytes, _words(needs, free_bytes))


def abilities(spec: ModelSpec) -> str:
    """What can be given to it: "text" or "text, pictures"."""
    return _("text, pictures") if spec.supports_images else _("text")


def _words(needs: int, free: int) -> str:
    if needs > free:
        words = _("does not fit: needs {needed}, {free} free")
    elif needs > TIGHT * free:
        words = _("needs {needed}, {free} free: fits, with little to spare")
    else:
        words = _("needs {needed}, {free} free: fits")
    return words.format(needed=size(needs), free=size(free))


def size(count: int) -> str:
    """Bytes as a person reads them: "312 MB", "1.2 GB"."""
    if count >= 999_500_000:
        return _("{number} GB").format(number=format_decimal(count / 1e9, 1))
    return _("{number} MB").format(number=format_decimal(max(count, 0) / 1e6, 0 if count >= 10_000_000 else 1))
