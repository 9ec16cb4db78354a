"""The pages of the manual in `resources/docs`, their headings, and where their links lead."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtCore import QUrl

from fanlight import paths
from fanlight.i18n import N_

PAGES: dict[str, str] = {
    "manual": N_("Manual"),
    "cli": N_("Command line"),
    "evaluation": N_("Evaluation"),
    "privacy": N_("Privacy"),
}
"""File name without its ending -> title."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """A place in the manual; an empty `heading` is the top of the page."""

    page: str
    heading: str = ""


def read_page(page: str) -> str:
    """Its Markdown. Raises OSError where the installation lacks it."""
    return (paths.resources() / "docs" / f"{page}.md").read_text("utf-8")


def heading_id(text: str) -> str:
    """How links name a heading: GitHub's rule (lower case, words joined by hyphens, punctuation dropped)."""
    return re.sub(r"[^\w\- ]", "", text.lower()).strip().replace(" ", "-")


def link_target(url: QUrl, current: str) -> PageLink | None:
    """Where a link on page `current` leads inside the manual; None for an address outside."""
    if url.scheme():
        return None
    page = url.path().removesuffix(".md") or current
    return PageLink(page, url.fragment()) if page in PAGES else None
