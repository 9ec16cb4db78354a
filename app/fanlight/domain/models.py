"""Models: where they come from, how they are loaded, what a loaded one is, and how its answers are sampled."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import assert_never

from fanlight.domain.errors import ModelMissing
from fanlight.i18n import _


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A language model's file, or the first of several, and its projector; without one it does not support images."""

    model: Path
    projector: Path | None = None


NO_PROJECTOR = Path("none")
"""Asked for as projector: none is used, whatever fits."""


@dataclass(frozen=True, slots=True)
class ModelAddress:
    """A model that another program serves at `url`, under the name `model`."""

    url: str
    model: str
    supports_images: bool = False


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model that could be loaded, from files or at an address; `compose.load_engine` chooses the engine by it."""

    name: str
    source: ModelFiles | ModelAddress
    practice: bool = False

    @classmethod
    def of_files(cls, name: str, model: Path, projector: Path | None = None, *, practice: bool = False) -> ModelSpec:
        return cls(name, ModelFiles(model, projector), practice)

    @property
    def files(self) -> ModelFiles:
        """Raises ModelMissing for a model at an address."""
        if isinstance(self.source, ModelFiles):
            return self.source
        raise ModelMissing(_("The model {name} is not a file on this computer.").format(name=self.name))

    @property
    def location(self) -> str:
        """For display: the file's path, or the address."""
        return str(self.source.model) if isinstance(self.source, ModelFiles) else self.source.url

    @property
    def supports_images(self) -> bool:
        match self.source:
            case ModelFiles(projector=projector):
                return projector is not None
            case ModelAddress(supports_images=supports_images):
                return supports_images
            case _:
                assert_never(self.source)


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """`context_tokens` 0: what the model was trained on, at most 8,192; `threads` 0: one less than the physical cores,
    at least 1; `gpu_layers` -1: all that fit."""

    context_tokens: int = 0
    threads: int = 0
    gpu_layers: int = -1


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A loaded model."""

    name: str
    architecture: str
    supports_images: bool
    context_tokens: int
    device: str
    practice: bool = False


@dataclass(frozen=True, slots=True)
class Sampling:
    """Sampling parameters. `temperature` 0: greedy; `seed` None: a random one each time; `max_tokens` 0: as many as the
    context has room for. At most one of `json_schema` (JSON text) and `grammar` (GBNF) constrains the answer."""

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
