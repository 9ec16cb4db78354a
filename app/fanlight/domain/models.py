"""Models: where they come from, how they are loaded, what a loaded one is, and how its answers are sampled."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Literal, assert_never, get_args

from fanlight.domain.clips import UNKNOWN_COST, FrameCost
from fanlight.domain.errors import ModelMissing
from fanlight.domain.placement import Placement
from fanlight.domain.tuning import USUAL, Tuning
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
    """A model that another program serves at `url`, under the name `model`. `has_key`: the user has entered
    a key for it."""

    url: str
    model: str
    supports_images: bool = False
    has_key: bool = False


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model that could be loaded, from files or at an address; `compose.load_engine` chooses the engine by it."""

    name: str
    source: ModelFiles | ModelAddress
    practice: bool = False
    about: str = field(default="", compare=False)
    """What it is good for, for display."""
    owner: str = ""
    """The name of another program that the files belong to."""

    @classmethod
    def of_files(
        cls,
        name: str,
        model: Path,
        projector: Path | None = None,
        *,
        practice: bool = False,
        about: str = "",
        owner: str = "",
    ) -> ModelSpec:
        return cls(name, ModelFiles(model, projector), practice, about, owner)

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
class RecommendedSampling:
    """What a model's maker recommends; None where nothing is said. The names are those of `Sampling`."""

    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None
    min_p: float | None = None
    repeat_penalty: float | None = None
    repeat_tokens: int | None = None

    def or_else(self, other: RecommendedSampling) -> RecommendedSampling:
        """With `other` for what nothing is said of here."""
        own = {item.name: getattr(self, item.name) for item in fields(self)}
        return replace(other, **{name: value for name, value in own.items() if value is not None})


NOTHING_RECOMMENDED = RecommendedSampling()


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """`context_tokens` 0: what the model was trained on, at most 8,192; `threads` 0: all physical cores
    read a prompt, and one less, at least 1, writes the answer; `gpu_layers` -1: all that fit. `devices`: llama.cpp's
    names of the graphics devices to use; (): those that work. In `folder` it is kept what was found out about devices
    and loads; None: nothing is. `died_with`: placements that have ended a process, and are not tried again. `tuning`:
    what was measured to be faster than the usual way; it stands behind what is chosen here. `recommended`: what the
    catalog knows of the model's maker, for what its file does not say."""

    context_tokens: int = 0
    threads: int = 0
    gpu_layers: int = -1
    devices: tuple[str, ...] = ()
    folder: Path | None = None
    died_with: tuple[Placement, ...] = ()
    tuning: Tuning = USUAL
    recommended: RecommendedSampling = NOTHING_RECOMMENDED

    @property
    def wants_cards(self) -> bool:
        return self.gpu_layers > 0 or (self.gpu_layers < 0 and not self.tuning.processor_alone)


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A loaded model."""

    name: str
    architecture: str
    supports_images: bool
    context_tokens: int
    device: str
    practice: bool = False
    can_think: bool = False
    """It can be told whether to reason before its answer."""
    notices: tuple[str, ...] = ()
    """What a person should know of how it was loaded, each in a sentence."""
    frames: FrameCost = UNKNOWN_COST
    """What frames of clips take."""
    hears_seconds: int = 0
    """The longest sound that it hears itself; 0: it hears none."""


ThinkingMode = Literal["auto", "on", "off"]
"""Whether a model thinks before its answer; "auto" is as its chat template has it."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """Sampling parameters. `temperature` 0: greedy; `seed` None: a random one each time; `max_tokens` 0: as many as the
    context has room for. Of the last `repeat_tokens` tokens each is `repeat_penalty` times less likely, 1 is as likely.
    At most one of `json_schema` (JSON text) and `grammar` (GBNF) constrains the answer. `unset` names the parameters
    that the user has not set: the model's recommendation takes their place. Thinking takes at most `thinking_tokens`;
    0 is as many as leave room for the answer."""

    temperature: float = 0.7
    top_k: int = 40
    top_p: float = 0.95
    min_p: float = 0.05
    repeat_penalty: float = 1.0
    repeat_tokens: int = 64
    seed: int | None = None
    max_tokens: int = 0
    stop: tuple[str, ...] = field(default=())
    json_schema: str | None = None
    grammar: str | None = None
    unset: tuple[str, ...] = field(default=())
    thinking: ThinkingMode = "auto"
    thinking_tokens: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.temperature <= 5:
            raise ValueError("temperature is between 0 and 5")
        if not 0 < self.top_p <= 1 or not 0 <= self.min_p <= 1 or self.top_k < 0 or self.max_tokens < 0:
            raise ValueError("top_p is in (0, 1], min_p in [0, 1], top_k and max_tokens at least 0")
        if not 1 <= self.repeat_penalty <= 2 or not 0 <= self.repeat_tokens <= 1024:
            raise ValueError("repeat_penalty is between 1 and 2, repeat_tokens between 0 and 1024")
        if self.json_schema is not None and self.grammar is not None:
            raise ValueError("give a JSON schema or a grammar, not both")
        if self.thinking not in get_args(ThinkingMode) or self.thinking_tokens < 0:
            raise ValueError("thinking is auto, on or off, thinking_tokens at least 0")
        if not {item.name for item in fields(RecommendedSampling)}.issuperset(self.unset):
            raise ValueError("only what a model may recommend can be unset")

    def with_recommended(self, recommended: RecommendedSampling) -> Sampling:
        """With the recommendation for each parameter that is `unset`."""
        given = {name: getattr(recommended, name) for name in self.unset}
        return replace(self, **{name: value for name, value in given.items() if value is not None}, unset=())
