"""Answers of servers, and errors on the way to them, as `Trouble`."""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from urllib3 import exceptions

from fanlight.domain.downloads import FailureReason
from fanlight.fetch.trouble import Trouble
from fanlight.i18n import _

_PASSING = (408, 409, 421, 423, 425, 429)
"""Statuses below 500 after which the same request may succeed."""
_SECONDS_IN_LIMIT = re.compile(r"\bt=(\d+)")


def of_status(status: int, host: str, file: str, headers: Mapping[str, str], *, is_origin: bool, page: str) -> Trouble:
    """`is_origin`: the source itself answered, and not what it led to, whose addresses are valid for a while only.
    `page`: where a person reads about the model."""
    code = headers.get("x-error-code", "")
    if status in (401, 403) and not is_origin:
        return Trouble(FailureReason.FORBIDDEN, _("The address at {host} is not valid any more.").format(host=host))
    if status in (404, 410) or code in ("RepoNotFound", "RevisionNotFound", "EntryNotFound"):
        return Trouble(
            FailureReason.NOT_FOUND,
            _("{host} does not have {file} any more.").format(host=host, file=file),
            _("A newer Fanlight may know where it is. Otherwise choose another model."),
            is_final=True,
        )
    if status == 401 or code == "GatedRepo":
        return Trouble(
            FailureReason.SIGN_IN,
            _("{host} gives {file} only to people who have signed in and accepted its terms.").format(
                host=host, file=file
            ),
            _(
                "Accept them at {page} and make an access token there. Enter it in the Models window, or set "
                "HF_TOKEN to it."
            ).format(page=page),
            is_final=True,
        )
    if status == 407:
        return proxy_trouble(_("The proxy wants a name and a password."))
    if status == 429:
        return Trouble(
            FailureReason.TOO_MANY_REQUESTS,
            _("{host} has had too many requests from this connection.").format(host=host),
            _("Try again later, or set HF_TOKEN: who has signed in may ask more often."),
            retry_after=wait_of(headers),
        )
    if status in _PASSING or status >= 500 or status < 400:
        return Trouble(
            FailureReason.SERVER,
            _("{host} has a problem (status {status}).").format(host=host, status=status),
            _("Try again later: what is here already is kept."),
            retry_after=wait_of(headers),
        )
    return Trouble(
        FailureReason.FORBIDDEN,
        _("{host} does not give {file} to this connection (status {status}).").format(
            host=host, file=file, status=status
        ),
        _("It may be blocked in your network or country. Set HF_ENDPOINT to a mirror, or use `--mirror`."),
        is_final=True,
    )


def of_error(error: Exception, host: str) -> Trouble:
    """Of an exception of urllib3."""
    if isinstance(error, exceptions.ProxyError):
        return proxy_trouble(_("The proxy cannot be reached, or does not lead to {host}.").format(host=host))
    if isinstance(error, exceptions.SSLError) and isinstance(
        next(iter(error.args), None), ssl.SSLCertVerificationError
    ):
        return _certificate(host)
    if isinstance(error, exceptions.NameResolutionError):
        sentence = _("The address of {host} cannot be looked up.")
    elif isinstance(error, exceptions.NewConnectionError | exceptions.ConnectTimeoutError):
        sentence = _("{host} cannot be reached.")
    elif isinstance(error, exceptions.ReadTimeoutError):
        return too_slow(host)
    else:
        return broken_off(host)
    return _no_connection(sentence.format(host=host))


def broken_off(host: str) -> Trouble:
    return _no_connection(_("The connection to {host} broke off.").format(host=host))


def too_slow(host: str) -> Trouble:
    return Trouble(
        FailureReason.TOO_SLOW,
        _("{host} sends nothing, or next to nothing.").format(host=host),
        _("Start the download again later: it goes on where it stopped."),
    )


def other_file(host: str, file: str) -> Trouble:
    return Trouble(
        FailureReason.OTHER_FILE,
        _("{host} offers another file under the name {file}.").format(host=host, file=file),
        _("A newer Fanlight may know it. Otherwise choose another model."),
        is_final=True,
    )


def web_page(host: str) -> Trouble:
    return Trouble(
        FailureReason.OTHER_FILE,
        _("{host} answered with a web page instead of the file.").format(host=host),
        _("The network may want you to sign in: open a browser, and then start the download again."),
        is_final=True,
    )


def unusable(host: str, why: str) -> Trouble:
    """The server does not keep to the protocol; `why` is a sentence."""
    return Trouble(FailureReason.SERVER, why, _("Another mirror may work: {host} does not.").format(host=host), True)


def wait_of(headers: Mapping[str, str]) -> float | None:
    """Seconds of `Retry-After`, a number or a date, or of the hub's own `RateLimit`."""
    asked = headers.get("retry-after", "").strip()
    if asked.isdecimal():
        return float(asked[:9])
    try:
        return max(0.0, parsedate_to_datetime(asked).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        limit = _SECONDS_IN_LIMIT.search(headers.get("ratelimit", ""))
        return float(limit[1][:9]) if limit else None


def _no_connection(sentence: str) -> Trouble:
    return Trouble(
        FailureReason.NO_CONNECTION,
        sentence,
        _("Check the connection to the internet and start the download again: it goes on where it stopped."),
    )


def proxy_trouble(sentence: str) -> Trouble:
    return Trouble(
        FailureReason.PROXY, sentence, _("Check HTTPS_PROXY and NO_PROXY, or the system's settings."), is_final=True
    )


def _certificate(host: str) -> Trouble:
    return Trouble(
        FailureReason.CERTIFICATE,
        _("{host} cannot prove who it is: its certificate is not accepted.").format(host=host),
        _("Check the date of this computer. Where a company checks all traffic, set SSL_CERT_FILE to its certificate."),
        is_final=True,
    )
