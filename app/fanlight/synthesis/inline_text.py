"""The words of a sentence of Markdown: marks dropped, links by their names, pictures by their alternative text."""

from __future__ import annotations

import html
import re

_PARTS = re.compile(
    r"(?P<code>(?P<ticks>(?<!`)`+)(?P<inside>.+?)(?<!`)(?P=ticks)(?!`))"
    r"|\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|(?P<picture>!?)\[(?P<name>(?:[^\[\]]|\[[^\[\]]*\](?:\([^()]*\))?)*)\](?P<target>\((?:[^()]|\([^()]*\))*\)|\[[^\[\]]*\])"
    r"|<(?P<address>https?://[^\s<>]+|[\w.+-]+@[\w.-]+)>"
    r"|(?P<tag></?[A-Za-z][^<>]*>|<!--.*?-->)"
    r"|(?P<bare>\bhttps?://[^\s<>\"'`]*[^\s<>\"'`.,;:!?)\]}*_~])",
    re.DOTALL,
)
_STRONG = re.compile(r"\*\*+|~~+")
_STAR = re.compile(r"(?<!\s)\*|\*(?!\s)")
_TIMES = re.compile(r"(?<=\d)\s*\*\s*(?=\d)")
_LINE = re.compile(r"(?<![^\W_])_+|_+(?![^\W_])")
_HOST = re.compile(r"(?:https?://)?(?:www\.)?([^/?#:]+)")


def aloud(raw: str) -> str:
    """What a voice says for it; "" where there is no letter and no digit in it."""
    out: list[str] = []
    at = 0
    for found in _PARTS.finditer(raw):
        out += [_plain(raw[at : found.start()]), _part(found)]
        at = found.end()
    out.append(_plain(raw[at:]))
    words = " ".join("".join(out).split())
    return words if any(letter.isalnum() for letter in words) else ""


def _part(found: re.Match[str]) -> str:
    if found["code"]:
        return found["inside"].strip()
    if found["escaped"]:
        return found["escaped"]
    if found["target"] is not None:
        name = aloud(found["name"])
        if found["picture"]:
            return f"picture: {name}" if name else "picture"
        return name or _host(found["target"].strip("()<>[] "))
    if address := found["address"] or found["bare"]:
        return address if "@" in address and "://" not in address else _host(address)
    return " "


def _plain(text: str) -> str:
    text = _TIMES.sub(" times ", _STRONG.sub("", text))
    return html.unescape(_LINE.sub("", _STAR.sub("", text)))


def _host(address: str) -> str:
    found = _HOST.match(address)
    return found[1] if found else address
