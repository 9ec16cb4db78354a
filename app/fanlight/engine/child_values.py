"""What an engine's process and the one that asks it tell each other, as plain values for JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fanlight.domain import errors
from fanlight.domain.clips import FrameCost, Moment, moment_of, plain_moment
from fanlight.domain.errors import FanlightError, ModelError, PromptTooLong
from fanlight.domain.messages import (
    DocumentPart,
    Image,
    ImagePart,
    Media,
    Message,
    Part,
    SoundPart,
    TextPart,
    ThinkingPart,
)
from fanlight.domain.models import LoadOptions, ModelInfo, ModelSpec, RecommendedSampling, Sampling
from fanlight.domain.placement import Placement
from fanlight.domain.seen import SeenPicture, SeenTile
from fanlight.domain.sounds import Sound
from fanlight.domain.tuning import MeasuredSpeed, MeasuredWays, Tuning


def encode_load(spec: ModelSpec, loading: LoadOptions) -> dict[str, Any]:
    files, plain = spec.files, asdict(loading)
    return {
        "name": spec.name, "model": str(files.model), "projector": str(files.projector) if files.projector else None,
        "practice": spec.practice, "loading": plain | {"folder": str(loading.folder) if loading.folder else None},
    }  # fmt: skip


def decode_load(plain: Mapping[str, Any]) -> tuple[ModelSpec, LoadOptions]:
    projector = Path(plain["projector"]) if plain["projector"] else None
    spec = ModelSpec.of_files(plain["name"], Path(plain["model"]), projector, practice=plain["practice"])
    loading = dict(plain["loading"])
    tuning = Tuning(**loading.pop("tuning"))
    recommended = RecommendedSampling(**loading.pop("recommended"))
    died = tuple(Placement(**one | {"devices": tuple(one["devices"])}) for one in loading.pop("died_with"))
    folder = Path(loading["folder"]) if loading["folder"] else None
    given = {
        "folder": folder,
        "devices": tuple(loading["devices"]),
        "died_with": died,
        "tuning": tuning,
        "recommended": recommended,
    }
    return spec, LoadOptions(**loading | given)


def decode_ways(plain: Mapping[str, Any]) -> MeasuredWays:
    speeds = {name: MeasuredSpeed(**plain[name]) for name in ("usual", "best")}
    return MeasuredWays(**dict(plain) | speeds | {"tuning": Tuning(**plain["tuning"])})


def encode_messages(messages: Sequence[Message]) -> bytes:
    """Without pixels and samples: a picture, and a sound, is named by its id."""
    return json.dumps([[one.role, _encode_parts(one.parts)] for one in messages]).encode()


def _encode_parts(parts: Sequence[Part]) -> list[list[Any]]:
    """A document becomes a text, or a sound, behind which the question begins. Which frames of a clip become one
    picture is known where the model is."""
    begins = [["text", ""]] if parts and isinstance(parts[-1], DocumentPart) else []
    flat = [one for part in parts for one in (part.sent if isinstance(part, DocumentPart) else (part,))]
    return [*map(_encode_part, flat), *begins]


def _encode_part(part: TextPart | ThinkingPart | ImagePart | SoundPart) -> list[Any]:
    match part:
        case TextPart(text):
            return ["text", text]
        case ThinkingPart(text):
            return ["thinking", text]
        case ImagePart(image, Moment() as moment):
            return ["frame", [image.id, plain_moment(moment)]]
        case ImagePart(image):
            return ["image", image.id]
        case SoundPart(sound):
            return ["sound", sound.id]


def decode_messages(raw: bytes, media: Mapping[str, Media]) -> list[Message]:
    def picture(key: str, moment: Moment | None = None) -> ImagePart:
        found = media[key]
        assert isinstance(found, Image)
        return ImagePart(found, moment)

    def sound(key: str) -> SoundPart:
        found = media[key]
        assert isinstance(found, Sound)
        return SoundPart(found)

    made: dict[str, Callable[[Any], Part]] = {
        "text": TextPart, "thinking": ThinkingPart, "image": picture, "sound": sound,
        "frame": lambda frame: picture(frame[0], moment_of(frame[1])),
    }  # fmt: skip
    return [Message(role, tuple(made[kind](value) for kind, value in parts)) for role, parts in json.loads(raw)]


def decode_sampling(plain: Mapping[str, Any]) -> Sampling:
    return Sampling(**dict(plain) | {"stop": tuple(plain["stop"]), "unset": tuple(plain["unset"])})


def decode_info(plain: Mapping[str, Any]) -> ModelInfo:
    frames = FrameCost(tuple(plain["frames"]["tokens"]), plain["frames"]["merges"])
    return ModelInfo(**dict(plain) | {"notices": tuple(plain["notices"]), "frames": frames})


def encode_error(error: FanlightError) -> dict[str, Any]:
    counts = [error.need, error.have] if isinstance(error, PromptTooLong) else None
    return {"kind": type(error).__name__, "message": error.message, "hint": error.hint, "counts": counts}


def decode_error(plain: Mapping[str, Any]) -> FanlightError:
    """Of the same class, where a sentence and a hint are all that it is made of."""
    if plain["counts"]:
        return PromptTooLong(*plain["counts"])
    kind = getattr(errors, str(plain["kind"]), ModelError)
    if not (isinstance(kind, type) and issubclass(kind, FanlightError) and kind.__init__ is FanlightError.__init__):
        kind = ModelError
    return kind(str(plain["message"]), str(plain["hint"]))


def seen_lines(seen: SeenPicture) -> Iterator[dict[str, Any]]:
    """A line for each tile, its pixels among the blobs; the last one is about the overview, where there is one."""
    yield {"columns": seen.columns, "tokens": seen.tokens, "has_overview": seen.overview is not None}
    for tile in (*seen.tiles, *([seen.overview] if seen.overview is not None else [])):
        size = {"width": tile.image.width, "height": tile.image.height}
        yield {**size, "tokens": tile.tokens, "blobs": [tile.image.rgb]}


def seen_of(lines: Sequence[Mapping[str, Any]]) -> SeenPicture | None:
    if not lines:
        return None
    head, *rest = lines
    tiles = [
        SeenTile(Image.of(line["width"], line["height"], bytes(line["blobs"][0])), line["tokens"]) for line in rest
    ]
    overview = tiles.pop() if head["has_overview"] else None
    return SeenPicture(tuple(tiles), head["columns"], head["tokens"], overview)
