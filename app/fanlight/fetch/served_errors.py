"""What a server of the user's own says instead of an answer, and errors on the way to it."""

from __future__ import annotations

import json
import re
from typing import Any

import urllib3
from urllib3 import exceptions

from fanlight.domain.downloads import FailureReason
from fanlight.domain.served_chat import ServedOverflow
from fanlight.fetch import web_errors
from fanlight.fetch.trouble import Trouble
from fanlight.i18n import _

_MOST_ERROR_BYTES, _LONGEST_REASON = 2**16, 300
_OVERFLOW = ("exceed_context_size_error", "context_length_exceeded")
"""llama.cpp's type, OpenAI's code."""
_OVERFLOW_WORDS = re.compile(
    r"(?i)maximum (context|model) length|(exceed|great|long)\w* .{0,40}\bcontext|context (length|size|window) of only"
)
"""vLLM, LM Studio and others have no code for it."""


def refusal(response: urllib3.BaseHTTPResponse, host: str) -> Trouble | ServedOverflow:
    """What is meant by a status other than 200, or by JSON instead of a stream."""
    if response.status in (401, 403):
        return Trouble(
            FailureReason.SIGN_IN,
            _("{host} wants a key.").format(host=host),
            _(
                "Add the server once more in the Models window, with its key; or set FANLIGHT_SERVER_KEY to it before "
                "Fanlight is started."
            ),
            is_final=True,
        )
    if 300 <= response.status < 400:
        return web_errors.unusable(host, _("{host} leads to another address, which is not followed.").format(host=host))
    try:
        said = json.loads(response.read(_MOST_ERROR_BYTES))
        error = said.get("error", said)
        return failure(host, error) if response.status != 200 or "error" in said else no_server(host)
    except (ValueError, AttributeError, RecursionError, exceptions.HTTPError, OSError):
        return failure(host, _("status {status}").format(status=response.status))


def failure(host: str, said: object) -> Trouble | ServedOverflow:
    """`said`: a server's error, an object or words."""
    about: dict[str, Any] = said if isinstance(said, dict) else {"message": said}
    reason = str(about.get("message"))
    if about.get("type") in _OVERFLOW or about.get("code") in _OVERFLOW or _OVERFLOW_WORDS.search(reason):
        return ServedOverflow(token_count(about.get("n_prompt_tokens")), token_count(about.get("n_ctx")))
    words = "".join(char for char in reason if char.isprintable())[:_LONGEST_REASON].rstrip(". ")
    return Trouble(
        FailureReason.SERVER,
        _("{host} cannot answer: {reason}.").format(host=host, reason=words),
        _("Look at the messages of the server, and ask again."),
        is_final=True,
    )


def token_count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else 0


def no_server(host: str) -> Trouble:
    return Trouble(
        FailureReason.SERVER,
        _("{host} does not answer as a model's server does.").format(host=host),
        _("Check its address. It is given without /v1, and the server must speak OpenAI's protocol."),
        is_final=True,
    )


def broken(error: Exception, host: str) -> Trouble:
    """On the way to the server, or in the middle of its answer."""
    found = web_errors.of_error(error, host)
    return Trouble(
        found.reason,
        found.message,
        _("Check that the server runs, and ask again: your question is kept."),
        is_final=True,
    )
