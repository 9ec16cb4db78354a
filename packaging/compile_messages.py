"""Compiles the catalogs: every resources/locale/*/LC_MESSAGES/*.po to the .mo file beside it. Standard library only,
since a build and `make run` need it before anything else is there.

Untranslated and fuzzy messages are left out: gettext shows the English source for them. The file format is described in
the manual of GNU gettext, "The Format of GNU MO Files".
"""

from __future__ import annotations

import ast
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

LOCALE = Path(__file__).resolve().parents[1] / "resources" / "locale"


def compile_all(locale: Path = LOCALE) -> list[Path]:
    """The .mo files, each written only where its .po file is newer. Raises ValueError for a damaged .po file."""
    made = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            draft = target.with_suffix(".mo.new")
            draft.write_bytes(compiled(dict(messages(source))))
            draft.replace(target)
        made.append(target)
    return made


def messages(source: Path) -> Iterator[tuple[str, str]]:
    """Keys and texts as a .mo file holds them: context before "\\4", plural forms parted by "\\0"."""
    entry: dict[str, str] = {}
    field, fuzzy = "", False
    for number, line in enumerate([*source.read_text("utf-8").splitlines(), ""], 1):
        line = line.strip()
        if (not line or line.startswith(("#", "msgctxt", "msgid "))) and "msgstr[0]" in entry:
            yield from _finished(entry, fuzzy)
            entry, fuzzy = {}, False
        if line.startswith("#"):
            fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
            continue
        if not line:
            continue
        if not line.startswith('"'):
            field, _, line = line.partition(" ")
            field = "msgstr[0]" if field == "msgstr" else field
            entry[field] = ""
        try:
            entry[field] += ast.literal_eval(line)
        except (SyntaxError, ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{source}, line {number}: {error}") from error


def _finished(entry: dict[str, str], fuzzy: bool) -> Iterator[tuple[str, str]]:
    forms = [entry[field] for field in sorted(entry) if field.startswith("msgstr[")]
    if (fuzzy and entry["msgid"]) or not all(forms):
        return
    context = entry["msgctxt"] + "\4" if "msgctxt" in entry else ""
    plural = "\0" + entry["msgid_plural"] if "msgid_plural" in entry else ""
    yield context + entry["msgid"] + plural, "\0".join(forms)


def compiled(texts: dict[str, str]) -> bytes:
    """A .mo file, little-endian, without a hash table."""
    pairs = sorted((key.encode(), text.encode()) for key, text in texts.items())
    head = 7 * 4
    strings, tables = b"", []
    for column in range(2):
        table = []
        for pair in pairs:
            table.append((len(pair[column]), head + 16 * len(pairs) + len(strings)))
            strings += pair[column] + b"\0"
        tables.append(b"".join(struct.pack("<II", *place) for place in table))
    numbers = (0x950412DE, 0, len(pairs), head, head + 8 * len(pairs), 0, 0)
    return struct.pack("<7I", *numbers) + tables[0] + tables[1] + strings


if __name__ == "__main__":
    try:
        compile_all()
    except ValueError as error:
        sys.exit(str(error))
