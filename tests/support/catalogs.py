"""The translations' own scripts, and catalogs that are made up."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LOCALE = ROOT / "resources" / "locale"
LANGUAGES = ("de", "es", "fr")


def script(name: str) -> dict[str, Any]:
    """The names of a script in `packaging`, which is no package."""
    return runpy.run_path(str(ROOT / "packaging" / f"{name}.py"))


def compile_messages(locale: Path = LOCALE) -> None:
    script("compile_messages")["compile_all"](locale)


def write_catalog(locale: Path, language: str, body: str) -> Path:
    """A .po file under `locale`, with two plural forms as in German; `body` holds its messages."""
    path = locale / language / "LC_MESSAGES" / "fanlight.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    head = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    )
    path.write_text(head + body, "utf-8")
    return path
