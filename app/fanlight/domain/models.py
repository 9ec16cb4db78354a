"""What a model is, before and after it is loaded, and how it is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model that could be loaded: its text half and, where it sees, its projector."""

    name: str
    model: Path
    projector: Path | None = None
    practice: bool = False

    @property
    def supports_images(self) -> bool:
        return self.projector is not None


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """How to load: `context_tokens` 0 is as much as the model was trained on and fits (capped at 8,192);
    `threads` 0 is one less than the physical cores, at least 1; `gpu_layers` -1 is all that fit."""

    context_tokens: int = 0
    threads: int = 0
    gpu_layers: int = -1


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model that is loaded."""

    name: str
    architecture: str
    supports_images: bool
    context_tokens: int
    device: str
    practice: bool = False


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is chosen. `temperature` 0 is greedy; `seed` None is a fresh one each time; `max_tokens` 0 is
    as many as the context has room for. At most one of `json_schema` (JSON text) and `grammar` (GBNF) binds the
    answer."""

    temperature: float = 0.7
    top_k: int = 40
    top_p: float = 0.95
    min_p: float = 0.05
    seed: int | None = None
    max_tokens: int = 0
    stop: tuple[str, ...] = field(default=())
    json_schema: str | None = None
    grammar: str | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.temperature <= 5:
            raise ValueError("temperature is between 0 and 5")
        if not 0 < self.top_p <= 1 or not 0 <= self.min_p <= 1 or self.top_k < 0 or self.max_tokens < 0:
            raise ValueError("top_p is in (0, 1], min_p in [0, 1], top_k and max_tokens at least 0")
        if self.json_schema is not None and self.grammar is not None:
            raise ValueError("give a JSON schema or a grammar, not both")
