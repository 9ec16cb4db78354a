"""Whether a model fits this computer, in numbers and in words, and what it can do."""

from __future__ import annotations

from dataclasses import dataclass

from fanlight.domain.models import ModelSpec
from fanlight.gguf import memory
from fanlight.gguf.check import check

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
    return "text, pictures" if spec.supports_images else "text"


def _words(needs: int, free: int) -> str:
    if needs > free:
        return f"does not fit: needs {size(needs)}, {size(free)} free"
    tight = ", with little to spare" if needs > TIGHT * free else ""
    return f"needs {size(needs)}, {size(free)} free: fits{tight}"


def size(count: int) -> str:
    """Bytes as a person reads them: "312 MB", "1.2 GB"."""
    if count >= 999_500_000:
        return f"{count / 1e9:.1f} GB"
    return f"{max(count, 0) / 1e6:.0f} MB" if count >= 10_000_000 else f"{max(count, 0) / 1e6:.1f} MB"
