"""What is asked of the hub beside files: which repositories there are, and what is in one. Values, and their lines of
JSON between Fanlight and the process that fetches."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args

from fanlight.domain.downloads import DownloadFailed, FailureReason, FetchPatience, is_address, is_token

REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
QuestionKind = Literal["search", "repository"]


@dataclass(frozen=True, slots=True)
class HubQuestion:
    """`text`: words to search for, or the name of a repository ("owner/name"). `revision`: of the repository, a branch
    or a commit; "": its newest."""

    kind: QuestionKind
    text: str
    endpoint: str
    revision: str = ""

    def __post_init__(self) -> None:
        if self.kind not in get_args(QuestionKind) or not self.text.strip() or not self.endpoint:
            raise ValueError("a question to the hub has a kind, a text, and an endpoint")


@dataclass(frozen=True, slots=True)
class HubHit:
    """A repository with GGUF files. `updated`: a date, as 2026-11-29; "" where it is not said. `is_gated`: its files
    are for people who have accepted terms."""

    repository: str
    downloads: int = 0
    likes: int = 0
    updated: str = ""
    is_gated: bool = False


@dataclass(frozen=True, slots=True)
class HubFile:
    """`path` in the repository; `sha256` "" of a small file, for which the hub does not say it."""

    path: str
    size_bytes: int | None = None
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class HubRepository:
    """At one commit."""

    repository: str
    commit: str
    licence: str = ""
    is_gated: bool = False
    files: tuple[HubFile, ...] = ()


@dataclass(frozen=True, slots=True)
class HubAnswer:
    """To a search `hits`, the most used first; to a repository `repository`."""

    hits: tuple[HubHit, ...] = ()
    repository: HubRepository | None = None


PATIENT = FetchPatience()


@dataclass(frozen=True, slots=True)
class HubOrder:
    """All that the process is told: it answers one question, and ends."""

    question: HubQuestion
    language: str = "en"
    log: Path | None = None
    patience: FetchPatience = PATIENT
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class TokenOrder:
    """Keep `token` for the hub at `endpoint` in the system's keyring. The process answers whether it did, and ends."""

    endpoint: str
    token: str = field(repr=False)

    def __post_init__(self) -> None:
        if not is_address(self.endpoint) or not is_token(self.token):
            raise ValueError("a token, and the address of the hub that it is for")


def token_order_line(order: TokenOrder) -> str:
    return json.dumps({"keep": asdict(order)})


def token_order_of(line: str | bytes) -> TokenOrder:
    """Raises ValueError."""
    try:
        return TokenOrder(**json.loads(line)["keep"])
    except (LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not understood: {error}") from error


def kept_line(is_kept: bool) -> str:
    """The answer to a TokenOrder."""
    return json.dumps({"kept": is_kept})


def is_kept(line: str | bytes) -> bool:
    """False for a line that is no answer."""
    try:
        return json.loads(line)["kept"] is True
    except (ValueError, LookupError, TypeError, RecursionError):
        return False


def hub_order_line(order: HubOrder) -> str:
    return json.dumps(asdict(order), default=str)


def hub_order_of(line: str | bytes) -> HubOrder:
    """Raises ValueError."""
    try:
        values = json.loads(line)
        patience = FetchPatience(**{field.name: values["patience"][field.name] for field in fields(FetchPatience)})
        log = Path(values["log"]) if values["log"] else None
        question = HubQuestion(**values["question"])
        return HubOrder(question, str(values["language"]), log, patience, str(values.get("token", "")))
    except (LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not understood: {error}") from error


def hub_answer_line(answer: HubAnswer | DownloadFailed) -> str:
    return json.dumps({"answer" if isinstance(answer, HubAnswer) else "failed": asdict(answer)}, default=str)


def hub_answer_of(line: str | bytes) -> HubAnswer | DownloadFailed | None:
    """None for a line that is no answer."""
    try:
        values = json.loads(line)
        if "failed" in values:
            failed = values["failed"]
            return DownloadFailed(FailureReason(failed["reason"]), failed["message"], failed["hint"])
        answer = values["answer"]
        hits = tuple(HubHit(**hit) for hit in answer["hits"])
        return HubAnswer(hits, _repository(answer["repository"]) if answer["repository"] else None)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def _repository(values: Mapping[str, Any]) -> HubRepository:
    return HubRepository(**{**values, "files": tuple(HubFile(**file) for file in values["files"])})
