"""A question and its answer as plain values, for a line of JSON: exchanged by `fanlight ask` and the open window.

    asked    {"do": "ask", "model": {...}, "messages": [...], "pictures": [[width, height], ...], "low": [...],
              "sampling": {...}}: "low" are those of the pictures, counted from 0, that are in low detail;
             and the pictures' packed RGB after it, in the order in which the messages count them; a message with
             frames of a clip has "parts", too: its texts, and for each picture its moment, or null. Where there are
             sounds that the model hears itself, "sounds" are their rates, their samples come after the pictures,
             and "parts" has true for each
    answered {"waits": "load" | "turn"}, {"event": name, ...}, and at the end one of
             {"end": "done"}
             {"end": "elsewhere", "why": ...}     the window does not answer, or not to the end: load a model instead
             {"end": "failed", "kind": name, "message": ..., "hint": ...}

Anything malformed is a ValueError.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from fanlight.domain.clips import moment_of, plain_moment
from fanlight.domain.errors import FanlightError, InputError, ModelError, PromptTooLong, StoreError
from fanlight.domain.messages import (
    DocumentPart,
    Image,
    ImagePart,
    Message,
    Part,
    Role,
    SoundPart,
    TextPart,
    ThinkingPart,
)
from fanlight.domain.models import ModelAddress, ModelSpec, Sampling
from fanlight.domain.sounds import Sound
from fanlight.i18n import _

_KINDS: dict[str, type[FanlightError]] = {
    kind.__name__: kind for kind in (PromptTooLong, InputError, ModelError, StoreError, FanlightError)
}  # fmt: skip
_NUMBER, _COUNT, _WORDS = (int, float), (int,), (str,)
_SAMPLING = {
    "temperature": _NUMBER, "top_k": _COUNT, "top_p": _NUMBER, "min_p": _NUMBER, "seed": (int, type(None)),
    "repeat_penalty": _NUMBER, "repeat_tokens": _COUNT, "max_tokens": _COUNT,
    "thinking": _WORDS, "thinking_tokens": _COUNT, "json_schema": (str, type(None)), "grammar": (str, type(None)),
}  # fmt: skip
MOST_MESSAGES = 1000


def model_key(spec: ModelSpec) -> dict[str, str | None]:
    """Equal for the same files under other names."""
    if isinstance(spec.source, ModelAddress):
        return {"address": spec.source.url, "model": spec.source.model}
    projector = os.path.realpath(spec.files.projector) if spec.files.projector else None
    return {"model": os.path.realpath(spec.files.model), "projector": projector}


def encode_request(
    spec: ModelSpec, messages: Sequence[Message], sampling: Sampling
) -> tuple[dict[str, Any], list[bytes]]:
    """The request, and the pixels and samples that follow it."""
    images = [image for message in messages for image in message.images]
    sounds = [sound for message in messages for sound in message.sounds]
    request = {
        "do": "ask",
        "model": model_key(spec),
        "messages": [_encode_message(message) for message in messages],
        "pictures": [[image.width, image.height] for image in images],
        "low": [place for place, image in enumerate(images) if image.low],
        **({"sounds": [sound.rate for sound in sounds]} if sounds else {}),
        "sampling": dataclasses.asdict(sampling),
    }
    return request, [*(image.rgb for image in images), *(sound.pcm for sound in sounds)]


def _encode_message(message: Message) -> dict[str, Any]:
    plain = {"role": message.role, "text": message.text, "pictures": len(message.images)}
    if message.sounds or any(isinstance(part, ImagePart) and part.moment is not None for part in message.parts):
        plain["parts"] = [one for part in message.parts for one in _encode_part(part)]
    return plain


def _encode_part(part: Part) -> list[str | dict[str, Any] | bool | None]:
    match part:
        case TextPart(text) | ThinkingPart(text):
            return [text]
        case DocumentPart():
            return [one.text if isinstance(one, TextPart) else True for one in part.sent]
        case SoundPart():
            return [True]
        case ImagePart(_, moment):
            return [plain_moment(moment) if moment is not None else None]


def decode_messages(request: Mapping[str, Any], pixels: Sequence[bytes | bytearray]) -> tuple[Message, ...]:
    """Hashes the pixels: slow; not on the GUI thread."""
    sizes, low, rates = request["pictures"], request["low"], request.get("sounds", ())
    pixels, samples = pixels[: len(sizes)], pixels[len(sizes) :]
    sounds = iter([Sound.of(rate, bytes(pcm)) for rate, pcm in zip(rates, samples, strict=True)])
    images = [
        Image.of(width, height, bytes(rgb), low=place in low)
        for place, ((width, height), rgb) in enumerate(zip(sizes, pixels, strict=True))
    ]
    made, first = [], 0
    for plain in request["messages"]:
        after = first + plain["pictures"]
        made.append(_decode_message(plain, images[first:after], sounds))
        first = after
    return tuple(made)


def _decode_message(plain: Mapping[str, Any], images: Sequence[Image], sounds: Iterator[Sound]) -> Message:
    if "parts" not in plain:
        return Message.of(plain["role"], plain["text"], tuple(images))
    left = iter(images)
    parts: list[Part] = [
        TextPart(part)
        if isinstance(part, str)
        else SoundPart(next(sounds))
        if part is True
        else ImagePart(next(left), moment_of(part))
        for part in plain["parts"]
    ]
    return Message(plain["role"], tuple(parts))


def check_request(request: Mapping[str, Any], lengths: Sequence[int]) -> Sampling:
    """Whether `decode_messages` will work, for pixels and samples of these lengths, without looking at them; the
    sampling. Raises ValueError."""
    try:
        listed, sizes = request["messages"], request["pictures"]
        low, rates = request["low"], request.get("sounds", [])
        _require(isinstance(rates, list) and all(type(rate) is int and rate > 0 for rate in rates), "no rates")
        _require(isinstance(low, list) and all(type(place) is int for place in low), "no list of low details")
        heard = 0
        for plain in listed:
            _require(plain["role"] in get_args(Role) and type(plain["text"]) is str, "no message")
            _require(type(plain["pictures"]) is int and 0 <= plain["pictures"] <= len(sizes), "no count of pictures")
            _require(plain["role"] == "user" or not plain["pictures"], "pictures come from the user")
            if "parts" in plain:
                parts = plain["parts"]
                _require(isinstance(parts, list), "no parts")
                frames = [part for part in parts if type(part) is not str and part is not True]
                _require(len(frames) == plain["pictures"], "no parts")
                _require(all(part is None or moment_of(part) is not None for part in frames), "no moment")
                heard += sum(part is True for part in parts)
                _require(plain["role"] == "user" or True not in parts, "sounds come from the user")
        _require(0 < len(listed) <= MOST_MESSAGES and listed[-1]["role"] == "user", "no question")
        _require(sum(plain["pictures"] for plain in listed) == len(sizes), "another number of pictures")
        _require(heard == len(rates) == len(lengths) - len(sizes), "another number of sounds, or pictures")
        _require(all(length > 0 and length % 2 == 0 for length in lengths[len(sizes) :]), "no samples")
        for (width, height), length in zip(sizes, lengths[: len(sizes)], strict=True):
            _require(type(width) is int and type(height) is int and min(width, height) > 0, "no size")
            _require(width * height * 3 == length, "another size")
        return _sampling(request["sampling"])
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"no question: {error}") from error


def _sampling(plain: Mapping[str, Any]) -> Sampling:
    given = dict(plain)
    lists = {name: given.pop(name, []) for name in ("stop", "unset")}
    for name, words in lists.items():
        _require(isinstance(words, list) and all(type(word) is str for word in words), f"no {name}")
    for name, value in given.items():
        _require(type(value) in _SAMPLING[name], f"no {name}")
    return Sampling(**given, stop=tuple(lists["stop"]), unset=tuple(lists["unset"]))


def encode_failure(error: Exception) -> dict[str, Any]:
    """The last line."""
    if not isinstance(error, FanlightError):
        error = FanlightError(
            _("Something went wrong in the window."), _("The log has the details; asking again may work.")
        )
    kind = next(name for name, known in _KINDS.items() if isinstance(error, known))
    return {"end": "failed", "kind": kind, "message": error.message, "hint": error.hint}


def decode_failure(line: Mapping[str, Any]) -> FanlightError:
    """The error, as far as its text and its exit status go."""
    kind = _KINDS.get(str(line.get("kind")), FanlightError)
    kind = ModelError if kind is PromptTooLong else kind
    return kind(str(line.get("message")), str(line.get("hint", "")))


def _require(holds: bool, why: str) -> None:
    if not holds:
        raise ValueError(why)
