"""Questions to the hub's API. What it answers comes from strangers: only what has the expected form is passed on."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from time import sleep
from typing import Any, TypeGuard
from urllib.parse import quote, urlencode

from fanlight.domain.downloads import FailureReason, FetchPatience, host_of
from fanlight.domain.file_names import SHA256
from fanlight.domain.hub import REPOSITORY, HubAnswer, HubFile, HubHit, HubQuestion, HubRepository
from fanlight.fetch import web_errors
from fanlight.fetch.reporting import log
from fanlight.fetch.trouble import Trouble
from fanlight.fetch.web import Web
from fanlight.i18n import _

MOST_BYTES, MOST_HITS, MOST_FILES = 16 * 2**20, 50, 2000
TRIES = 3
_COMMIT = re.compile(r"[0-9a-f]{40}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def ask_hub(
    question: HubQuestion, web: Web, patience: FetchPatience, pause: Callable[[float], object] = sleep
) -> HubAnswer:
    """Raises Trouble."""
    if question.kind == "search":
        wanted = {"search": question.text, "filter": "gguf", "sort": "downloads", "direction": "-1", "limit": MOST_HITS}
        address = f"{question.endpoint}/api/models?{urlencode(wanted)}"
    else:
        revision = f"/revision/{quote(question.revision, safe='')}" if question.revision else ""
        address = f"{question.endpoint}/api/models/{quote(question.text)}{revision}?blobs=true"
    host = host_of(address)
    said = _json(_patiently(lambda: _content(web, address, question), patience, pause), host)
    log.info("%s: %s %s", host, question.kind, question.text)
    if question.kind == "search":
        hits = (_hit(entry) for entry in said) if isinstance(said, list) else ()
        return HubAnswer(tuple(hit for hit in hits if hit)[:MOST_HITS])
    repository = _repository(said)
    if repository is None:
        raise _no_hub(host)
    return HubAnswer(repository=repository)


def _patiently(ask: Callable[[], bytes], patience: FetchPatience, pause: Callable[[float], object]) -> bytes:
    for number in range(TRIES - 1):
        try:
            return ask()
        except Trouble as trouble:
            wait = trouble.retry_after or patience.first_wait_seconds * 2.0**number
            if trouble.is_final or wait > patience.longest_wait_seconds:
                raise
            pause(wait)
    return ask()


def _content(web: Web, address: str, question: HubQuestion) -> bytes:
    answer = web.get(address, 0)
    try:
        if answer.headers.get("x-error-code") == "RevisionNotFound":
            raise Trouble(
                FailureReason.NOT_FOUND,
                _("There is no state “{revision}” of {name} on {host}.").format(
                    revision=question.revision, name=question.text, host=answer.host
                ),
                _("Leave it out of the address: then it is the newest."),
                is_final=True,
            )
        if answer.headers.get("x-error-code") == "RepoNotFound" or answer.status == 404:
            raise Trouble(
                FailureReason.NOT_FOUND,
                _("There is no repository “{name}” on {host}, or it is not public.").format(
                    name=question.text, host=answer.host
                ),
                _("Check its name; `fanlight models catalog` shows the models that are known to work."),
                is_final=True,
            )
        if answer.status != 200:
            page = f"{question.endpoint}/{question.text}"
            raise web_errors.of_status(
                answer.status, answer.host, question.text, answer.headers, is_origin=answer.is_origin, page=page
            )
        if answer.headers.get("content-type", "").lower().startswith("text/html"):
            raise web_errors.web_page(answer.host)
        content = bytearray()
        for block in answer.blocks():
            content += block
            if len(content) > MOST_BYTES:
                raise Trouble(
                    FailureReason.SERVER,
                    _("{host} answers without end.").format(host=answer.host),
                    is_final=True,
                )
        return bytes(content)
    finally:
        answer.close()


def _json(content: bytes, host: str) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise _no_hub(host) from None


def _no_hub(host: str) -> Trouble:
    return web_errors.unusable(host, _("{host} does not answer as the hub does.").format(host=host))


def _hit(entry: Any) -> HubHit | None:
    if not isinstance(entry, dict) or not _is(entry.get("id"), REPOSITORY):
        return None
    updated = entry.get("lastModified") or entry.get("createdAt")
    date = _DATE.match(updated) if isinstance(updated, str) else None
    return HubHit(
        entry["id"],
        _count(entry.get("downloads")) or 0,
        _count(entry.get("likes")) or 0,
        date[0] if date else "",
        bool(entry.get("gated")),
    )


def _repository(said: Any) -> HubRepository | None:
    if not isinstance(said, dict) or not _is(said.get("id"), REPOSITORY) or not _is(said.get("sha"), _COMMIT):
        return None
    card, siblings = said.get("cardData"), said.get("siblings")
    licence = card.get("license") if isinstance(card, dict) else None
    files = [_file(entry) for entry in siblings[:MOST_FILES]] if isinstance(siblings, list) else []
    return HubRepository(
        said["id"],
        said["sha"],
        licence[:100] if isinstance(licence, str) and licence.isprintable() else "",
        bool(said.get("gated")),
        tuple(file for file in files if file),
    )


def _file(entry: Any) -> HubFile | None:
    path = entry.get("rfilename") if isinstance(entry, dict) else None
    if not isinstance(path, str) or not path.isprintable() or len(path) > 400 or ".." in path.split("/"):
        return None
    large = entry.get("lfs")
    sha256 = large.get("sha256") or large.get("oid") if isinstance(large, dict) else None
    return HubFile(path, _count(entry.get("size")), sha256 if _is(sha256, SHA256) else "")


def _is(value: object, pattern: re.Pattern[str]) -> TypeGuard[str]:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53 else None
