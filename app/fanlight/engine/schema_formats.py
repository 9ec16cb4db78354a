"""The formats of JSON schemas that can be enforced, by a pattern or by llguidance, and how a finished text is checked.

A format that is not here is refused by its name; those in `ONLY_HINTS` describe no form of text.
"""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import re
import uuid
from collections.abc import Callable

_YEAR = r"(?:000[1-9]|00[1-9]\d|0[1-9]\d\d|[1-9]\d{3})"
_LEAP_YEAR = r"(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_DAY = (
    rf"(?:{_YEAR}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)"
    rf"|02-(?:0[1-9]|1\d|2[0-8]))|{_LEAP_YEAR}-02-29)"
)
_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)"
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = rf"{_NAME}(?:\.{_NAME}){{0,8}}"
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_HEX = "[0-9a-fA-F]"
_UUID = rf"{_HEX}{{8}}-{_HEX}{{4}}-%s{_HEX}{{3}}-%s{_HEX}{{3}}-{_HEX}{{12}}"
_ANY_UUID = _UUID % (_HEX, _HEX)

PATTERNS: dict[str, str] = {
    "date": f"^{_DAY}$",
    "time": f"^{_TIME}$",
    "date-time": f"^{_DAY}T{_TIME}$",
    "email": rf"^{_ATOM}{{1,64}}(?:\.{_ATOM}{{1,32}}){{0,4}}@{_HOST}$",
    "hostname": f"^{_HOST}$",
    "uuid": f"^{_ANY_UUID}$",
    **{f"uuid{number}": f"^{_UUID % (number, '[89abAB]')}$" for number in (1, 3, 4, 5, 6, 7, 8)},
    "json-pointer": r"^(?:/(?:[^/~]|~[01])*)*$",
    "byte": r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
    "base64": r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
    "base64url": r"^[A-Za-z0-9_-]*={0,2}$",
}
LLGUIDANCE = {"duration": "duration", "ipv4": "ipv4", "ipv6": "ipv6", "uri": "uri", "url": "uri"}
BOUNDS = {"int32": (-(2**31), 2**31 - 1), "uint32": (0, 2**32 - 1)}
ONLY_HINTS = frozenset(
    [
        "password",
        "binary",
        "path",
        "file-path",
        "directory-path",
        "float",
        "double",
        "decimal",
        "int64",
        "uint64",
        "textarea",
        "markdown",
        "html",
        "color",
        "phone",
        "json-string",
        "multi-line",
    ]
)
_DURATION = re.compile(
    r"P(?:\d+W|(?=\d|T\d)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?)"
)
_URI = re.compile(r"""[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]*""")


def _raises_nothing(convert: Callable[[str], object]) -> Callable[[str], bool]:
    def holds(text: str) -> bool:
        with contextlib.suppress(ValueError):
            convert(text)
            return True
        return False

    return holds


def _pattern(name: str) -> Callable[[str], bool]:
    compiled = re.compile(PATTERNS[name], re.ASCII)
    return lambda text: compiled.fullmatch(text) is not None


CHECKS: dict[str, Callable[[str], bool]] = {
    **{name: _pattern(name) for name in PATTERNS},
    "date": _raises_nothing(datetime.date.fromisoformat),
    "uuid": _raises_nothing(uuid.UUID),
    "ipv4": _raises_nothing(ipaddress.IPv4Address),
    "ipv6": _raises_nothing(ipaddress.IPv6Address),
    "duration": lambda text: _DURATION.fullmatch(text) is not None,
    "uri": lambda text: _URI.fullmatch(text) is not None,
    "url": lambda text: _URI.fullmatch(text) is not None,
}
