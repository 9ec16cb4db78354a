"""What many pictures are asked: a caption, an alternative text, keywords, one value, or a schema of the user's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from fanlight.core.structured.schema_shelf import ReadingSchema
from fanlight.core.structured.structured_reading import question_of
from fanlight.domain.schema_fields import FormField
from fanlight.exchange.xmp_side_car import PictureWords
from fanlight.i18n import N_, _

TemplateName = Literal["caption", "alt_text", "keywords", "value", "schema"]

_KEYWORD_SCHEMA = {
    "type": "object",
    "properties": {
        "keywords": {
            "type": "array", "minItems": 1, "maxItems": 15, "items": {"type": "string", "minLength": 2, "maxLength": 40}
        }
    },
    "required": ["keywords"],
    "additionalProperties": False,
}  # fmt: skip
_WORDS_OF_OWN: dict[str, tuple[str, ...]] = {
    "description": ("description", "caption"),
    "alt_text": ("alt_text", "alt"),
    "keywords": ("keywords", "tags"),
}
"""Properties of a schema of the user's that go into a side-car."""


@dataclass(frozen=True, slots=True)
class RunTemplate:
    """`prompt` is what the model is asked, in English, with {language} in it where the answer has words; `schema` binds
    it. `columns` are what of an answer is shown: with the path (), all of it."""

    name: TemplateName
    label: str
    prompt: str = ""
    schema: str | None = None
    columns: tuple[FormField, ...] = (FormField((), N_("Answer"), "text"),)
    longest: int = 300
    """Tokens."""

    def question(self, language: str) -> str:
        return self.prompt.replace("{language}", language)


TEMPLATES: tuple[RunTemplate, ...] = (
    RunTemplate(
        "caption", N_("Caption"),
        "Write a caption for this picture in {language}: one or two sentences that say what can be seen. Guess "
        "nothing. Write nothing else.",
    ),
    RunTemplate(
        "alt_text", N_("Alternative text, for people who cannot see it"),
        "Write an alternative text for this picture in {language}, for people who cannot see it: what matters in it, "
        "in at most 125 letters, without “picture of”. Write nothing else.", longest=120,
    ),
    RunTemplate(
        "keywords", N_("Keywords"),
        "Name up to 15 keywords for this picture in {language}: things, place, activity, colors, mood. Single words or "
        "short terms, the most important first.",
        json.dumps(_KEYWORD_SCHEMA), (FormField(("keywords",), N_("Keywords"), "list"),),
    ),
    RunTemplate("value", N_("Your own question"), longest=1024),
    RunTemplate("schema", N_("Values by a schema"), longest=4096),
)  # fmt: skip


def template_of(name: str, question: str = "", schema: ReadingSchema | None = None) -> RunTemplate | None:
    """None where what it needs is missing: a question, or a schema."""
    found = next((one for one in TEMPLATES if one.name == name), TEMPLATES[0])
    if found.name == "value":
        return replace(found, prompt=question.strip()) if question.strip() else None
    if found.name == "schema":
        if schema is None:
            return None
        return replace(found, prompt=question_of(schema, ""), schema=schema.text, columns=schema.fields)
    return found


def shown_columns(template: RunTemplate) -> Sequence[FormField]:
    """With their labels in the user's language; those of a schema have them."""
    if template.name == "schema":
        return template.columns
    return [replace(column, label=_(column.label)) for column in template.columns]


def value_of(template: RunTemplate, answer: str) -> Any:
    """What a model has answered, as it is shown and corrected. Raises ValueError where a schema asked for JSON."""
    if template.schema is None:
        return answer.strip()
    return json.loads(answer)


def words_of(template: RunTemplate, value: Any) -> PictureWords:
    """What of it goes into a side-car; nothing of most schemas."""
    if isinstance(value, str):
        return PictureWords(alt_text=value) if template.name == "alt_text" else PictureWords(description=value)
    if not isinstance(value, dict):
        return PictureWords()
    named = {
        kind: next((value[name] for name in names if name in value), None) for kind, names in _WORDS_OF_OWN.items()
    }
    keywords = named["keywords"] if isinstance(named["keywords"], list) else []
    return PictureWords(
        named["description"] if isinstance(named["description"], str) else "",
        named["alt_text"] if isinstance(named["alt_text"], str) else "",
        tuple(word for word in keywords if isinstance(word, str)),
    )


def fills_side_cars(template: RunTemplate) -> bool:
    """Whether anything of its answers belongs into one."""
    if template.name != "schema":
        return True
    names = {str(field.path[0]) for field in template.columns if field.path}
    return bool(names & {name for names_of_one in _WORDS_OF_OWN.values() for name in names_of_one})
