"""A question to a server of the user's own, which speaks OpenAI's protocol: values, and their lines of JSON between
Fanlight and the process that connects."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from fanlight.domain.downloads import DownloadFailed, FailureReason, is_address, is_token

END_REASONS = ("end", "length")
ServedReason = Literal["end", "length"]


@dataclass(frozen=True, slots=True)
class ServedOrder:
    """All that the process is told: it sends `body` to the server at `address` (without /v1), passes on what comes, and
    ends. `key` "": the server asks for none, or, with `has_key`, it is in the system's keyring. The process gives up
    after `silent_seconds` without a byte."""

    address: str
    body: Mapping[str, Any]
    key: str = field(default="", repr=False)
    language: str = "en"
    silent_seconds: float = 300.0
    has_key: bool = False

    def __post_init__(self) -> None:
        if not is_address(self.address) or (self.key and not is_token(self.key)):
            raise ValueError("the address of a server, and its key")


@dataclass(frozen=True, slots=True)
class ServedText:
    text: str
    is_thinking: bool = False


@dataclass(frozen=True, slots=True)
class ServedEnd:
    """`prompt_tokens` and `tokens` as the server counts them; 0 where it does not say."""

    reason: ServedReason
    prompt_tokens: int = 0
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class ServedOverflow:
    """There is no answer: the question with all before it needs `need` tokens, and the server has room for `have`; 0
    where it does not say."""

    need: int = 0
    have: int = 0


ServedEvent = ServedText | ServedEnd | ServedOverflow | DownloadFailed


def served_order_line(order: ServedOrder) -> str:
    return json.dumps({"served": asdict(order)})


def served_order_of(line: str | bytes) -> ServedOrder:
    """Raises ValueError."""
    try:
        return ServedOrder(**json.loads(line)["served"])
    except (LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not understood: {error}") from error


def served_event_line(event: ServedEvent) -> str:
    kinds = {ServedText: "text", ServedEnd: "end", ServedOverflow: "overflow", DownloadFailed: "failed"}
    kind = kinds[type(event)]
    return json.dumps({kind: asdict(event)}, default=str)


def served_event_of(line: str | bytes) -> ServedEvent | None:
    """None for a line that is no event."""
    try:
        ((kind, values),) = json.loads(line).items()
        if kind == "text":
            return ServedText(str(values["text"]), bool(values["is_thinking"]))
        if kind == "end" and values["reason"] in END_REASONS:
            return ServedEnd(values["reason"], int(values["prompt_tokens"]), int(values["tokens"]))
        if kind == "overflow":
            return ServedOverflow(int(values["need"]), int(values["have"]))
        if kind == "failed":
            return DownloadFailed(FailureReason(values["reason"]), values["message"], values["hint"])
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return None
