"""The schemas that a page can be read by: those that come with Fanlight, and the user's own files over them."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanlight import paths
from fanlight.domain.errors import SchemaError, StoreError
from fanlight.domain.os_errors import os_reason
from fanlight.domain.path_kinds import shortened
from fanlight.domain.schema_fields import FormField, fields_of, title_of
from fanlight.edited_json import read_text
from fanlight.files import replace_file
from fanlight.i18n import _

log = logging.getLogger(__name__)

FOLDER = "schemas"
TABLE = "table"
"""The one that needs no model where the text of the page stands in rows and columns."""
SHIPPED = ("invoice", "receipt", "business-card", "form", TABLE)
"""In the order in which they are offered."""
MOST_BYTES = 1_000_000
MOST_OWN = 200
_NAME = re.compile(r"[^\w-]+")


@dataclass(frozen=True, slots=True)
class ReadingSchema:
    """`name` is that of its file without an ending; `text` what was written in it."""

    name: str
    title: str
    text: str
    fields: tuple[FormField, ...]
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class SchemasFound:
    """`problems` say which of the user's own files cannot be used."""

    schemas: tuple[ReadingSchema, ...]
    problems: tuple[SchemaError, ...] = ()


class SchemaShelf:
    """All of it reads and writes files: on any thread. `home` is the user's folder; one of his that has the name of a
    shipped one takes its place."""

    def __init__(self, home: Path, shipped: Path | None = None) -> None:
        self.folder = home / FOLDER
        self._shipped = shipped or paths.resources() / FOLDER

    def load(self) -> SchemasFound:
        found = {name: self._of_file(self._shipped / f"{name}.json", is_own=False) for name in SHIPPED}
        problems: list[SchemaError] = []
        try:
            own = sorted(self.folder.glob("*.json"))[:MOST_OWN]
        except OSError:
            own = []
        for path in own:
            try:
                found[path.stem] = self._of_file(path, is_own=True)
            except SchemaError as error:
                problems.append(error)
        return SchemasFound(tuple(found.values()), tuple(problems))

    def read(self, path: Path) -> ReadingSchema:
        """One in any other place. Raises SchemaError, also for what no answer could be bound to."""
        schema = self._of_file(path, is_own=True)
        check_schema(schema.text)
        return schema

    def save(self, text: str, name: str = "") -> ReadingSchema:
        """As the user's own, under `name` or its title; it can be chosen from then on. Raises SchemaError for what no
        answer could be bound to, StoreError."""
        check_schema(text)
        made = schema_of(text, name, is_own=True)
        path = self.folder / f"{made.name}.json"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_file(path, text.encode("utf-8", "backslashreplace"))
        except OSError as error:
            sentence = _("The schema could not be saved: {reason}.").format(reason=os_reason(error))
            raise StoreError(sentence, _("Save it under another name, or free up some disk space.")) from error
        return made

    def remove(self, name: str) -> None:
        """One of the user's own; a shipped one of that name is there again. Raises StoreError."""
        try:
            (self.folder / f"{name}.json").unlink(missing_ok=True)
        except OSError as error:
            sentence = _("The schema could not be deleted: {reason}.").format(reason=os_reason(error))
            raise StoreError(sentence, _("Delete its file by hand: {path}.").format(path=self.folder)) from error

    @staticmethod
    def _of_file(path: Path, *, is_own: bool) -> ReadingSchema:
        """Raises SchemaError."""
        shown = shortened(path.name)
        try:
            if path.stat().st_size > MOST_BYTES:
                raise SchemaError(_("“{name}” is too large for a schema.").format(name=shown))
            return schema_of(read_text(path), path.stem, is_own=is_own)
        except SchemaError as error:
            raise SchemaError(
                _("“{name}” cannot be used. {reason}").format(name=shown, reason=error.message)
            ) from error
        except (OSError, UnicodeDecodeError) as error:
            log.warning("%s: %s", path, error)
            raise SchemaError(_("“{name}” cannot be read.").format(name=shown)) from error


def schema_of(text: str, name: str = "", *, is_own: bool) -> ReadingSchema:
    """Without a look at whether an answer can be bound to it: `check_schema`. Raises SchemaError."""
    schema = parsed_schema(text)
    title = title_of(schema, name or _("Own schema"), is_shipped=not is_own)
    plain = _NAME.sub("-", name or title).strip("-")[:60] or "schema"
    return ReadingSchema(plain, title, text, fields_of(schema, is_shipped=not is_own), is_own)


def parsed_schema(text: str) -> Any:
    """Raises SchemaError."""
    from fanlight.engine.schema_text import read_schema

    return read_schema(text)


def check_schema(text: str) -> None:
    """Slow the first time; any thread. Raises SchemaError for what no answer could be bound to."""
    from fanlight.engine.schema import AnswerSchema

    AnswerSchema(text)


def problem_of(text: str, values: Any) -> str:
    """Why these values do not follow the schema, as a sentence; "" where they do. Any thread."""
    from fanlight.domain.errors import AnswerInvalid
    from fanlight.engine.schema import AnswerSchema

    try:
        return AnswerSchema(text).problem(json.dumps(values, ensure_ascii=False))
    except (SchemaError, AnswerInvalid) as error:
        return error.message
