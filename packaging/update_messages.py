"""`make messages`: collects the texts marked in the sources and brings every catalog up to date with them. Needs Babel.

A new language: `make messages NEW=it` starts its catalog; nothing else has to be changed. A text that was changed
a little keeps its translation, marked "fuzzy": check it and remove the mark.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "resources" / "locale"
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
COMMENTS = ("Translators:",)


def template() -> Catalog:
    """All texts of the sources."""
    catalog = Catalog(project="Fanlight", charset="utf-8")
    for path in sorted((ROOT / "app" / "fanlight").rglob("*.py")):
        place = (path.relative_to(ROOT).as_posix(), 1)
        for _line, message, comments, context in extract_from_file("python", path, KEYWORDS, COMMENTS):
            catalog.add(message, None, [place], auto_comments=comments, context=context)
    actions = ROOT / "resources" / "actions.toml"
    for action in tomllib.loads(actions.read_text("utf-8")).values():
        catalog.add(action["label"], None, [(actions.relative_to(ROOT).as_posix(), 1)])
    for schema in sorted((ROOT / "resources" / "schemas").glob("*.json")):
        for title in titles(json.loads(schema.read_text("utf-8"))):
            catalog.add(title, None, [(schema.relative_to(ROOT).as_posix(), 1)])
    models = ROOT / "models" / "catalog.toml"
    for model in tomllib.loads(models.read_text("utf-8"))["model"]:
        catalog.add(model["good_at"], None, [(models.relative_to(ROOT).as_posix(), 1)])
    return catalog


def titles(schema: Any) -> Iterator[str]:
    """What people read of a schema that comes with Fanlight. A property may be called "title", too."""
    if isinstance(schema, dict):
        if isinstance(title := schema.get("title"), str):
            yield title
        yield from (title for inner in schema.values() for title in titles(inner))


def update(path: Path, texts: Catalog) -> None:
    """The catalog at `path`, with these texts and no others; its translations stay."""
    language = path.parents[1].name
    if path.exists():
        with path.open("rb") as file:
            catalog = read_po(file, locale=language)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        catalog = Catalog(locale=language, project="Fanlight", version="1", fuzzy=False)
    made = catalog.creation_date
    catalog.update(texts)
    catalog.creation_date = made  # else every run would change every file
    catalog.header_comment = f"# Fanlight in {catalog.locale.english_name}; see resources/locale/README.md."
    with path.open("wb") as file:
        write_po(file, catalog, width=0, sort_by_file=True, include_lineno=False, ignore_obsolete=True)


def main(new: list[str]) -> None:
    texts = template()
    catalogs = {path.parent.parent.name: path for path in LOCALE.glob("*/LC_MESSAGES/fanlight.po")}
    catalogs |= {language: LOCALE / language / "LC_MESSAGES" / "fanlight.po" for language in new}
    for language, path in sorted(catalogs.items()):
        update(path, texts)
        with path.open("rb") as file:
            messages = [message for message in read_po(file, locale=language) if message.id]
        open_ones = [message for message in messages if message.fuzzy or not _is_complete(message.string)]
        print(f"{path.relative_to(ROOT)}: {len(messages)} texts, {len(open_ones)} to be translated")


def _is_complete(string: str | tuple[str, ...]) -> bool:
    return all(string) if isinstance(string, tuple) else bool(string)


if __name__ == "__main__":
    main(sys.argv[1:])
