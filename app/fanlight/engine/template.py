"""The model's own chat template, run in a sandbox, with every part of a conversation kept apart.

The template never sees what people wrote: it gets a word nobody can guess for each part of a message, and what comes
out is cut at those words. So no text can act as a control token or a picture, and nothing the template does to content
(trimming, looking for tags) changes an earlier answer.
"""

from __future__ import annotations

import datetime
import itertools
import json
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from fanlight.domain.errors import ModelBroken
from fanlight.domain.messages import ImagePart, Message, TextPart, ThinkingPart

_GENERATION = re.compile(r"\{%-?\s*(?:end)?generation\s*-?%\}")


@dataclass(frozen=True, slots=True)
class TemplateFrame:
    """What the template wrote around the content: may hold control tokens."""

    text: str


@dataclass(frozen=True, slots=True)
class TemplateContent:
    """Part `number` of what message `index` says to the model (`spoken_parts`)."""

    index: int
    number: int


TemplatePart = TemplateFrame | TemplateContent
Form = Callable[[list[str]], Any]
"""Content from the words that stand for the parts of a message."""

_BETWEEN = TemplateFrame("\n\n")
"""Between two texts that the template takes as one."""


def spoken_parts(message: Message) -> tuple[TextPart | ImagePart, ...]:
    """What the model is told of a message. It ends with a text, if only an empty one: that is where an unfinished
    question goes on. An answer is one text, as it was sampled; what was thought is left out."""
    if message.role == "assistant":
        return (TextPart(message.text),)
    parts = tuple(part for part in message.parts if not isinstance(part, ThinkingPart))
    return parts if parts and isinstance(parts[-1], TextPart) else (*parts, TextPart(""))


def _listed(words: list[str]) -> Any:
    return [{"type": "text", "text": word} for word in words]


def _string(words: list[str]) -> Any:
    return "".join(words)


_FORMS: tuple[Form, ...] = (_listed, _string)


class Template:
    """Finds out at birth which content form each role takes and whether there is a system role. Raises ModelBroken."""

    def __init__(self, source: str, bos: str = "", eos: str = "") -> None:
        self.source = source
        self._nonce = secrets.token_hex(8)
        self._word = re.compile(rf"fan{self._nonce}x(\d+)x(\d+)x")
        self._tokens = {"bos_token": bos, "eos_token": eos}
        environment = ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
        )
        environment.filters["tojson"] = _to_json
        environment.globals["raise_exception"] = _refuse
        environment.globals["strftime_now"] = lambda form: datetime.datetime.now().astimezone().strftime(form)
        try:
            self._template = environment.from_string(_GENERATION.sub("", source))
        except jinja2.TemplateError as error:
            raise ModelBroken(f"The model's chat template cannot be read: {error}") from error
        self._forms = self._find_forms(("user", "assistant"))
        self._system: Form | None = None
        for form in _FORMS:
            forms = {**self._forms, "system": form}
            if self._works(("system", "user"), forms):
                self._system = form
                self._forms = forms
                break

    def parts(self, messages: Sequence[Message]) -> list[TemplatePart]:
        """The conversation in order, ready for the assistant's next words. Every spoken part of every message appears
        exactly once. The messages are a question and what came before it."""
        rows, folded = self._rows(messages)
        text = self._render(rows, self._forms)
        parts: list[TemplatePart] = []
        pieces = iter(self._word.split(text))
        parts.extend(TemplateFrame(piece) for piece in (next(pieces),) if piece)
        for row, number, frame in zip(pieces, pieces, pieces, strict=True):
            index = int(row)
            parts.extend(folded.pop(index, ()))
            parts.extend(_content(messages[index], index)[int(number)])
            parts.extend(TemplateFrame(piece) for piece in (frame,) if piece)
        return parts

    def _rows(self, messages: Sequence[Message]) -> tuple[list[tuple[str, int, int]], dict[int, list[TemplatePart]]]:
        """(role, index, number of parts) for the template, and what is said before the content of some: a standing
        instruction is put into the next question of a model that knows none, and two messages in a row become one."""
        rows: list[tuple[str, int, int]] = []
        folded: dict[int, list[TemplatePart]] = {}
        waiting: list[TemplatePart] = []
        for index, message in enumerate(messages):
            if message.role == "system" and (self._system is None or rows):
                waiting += [*itertools.chain(*_content(message, index)), _BETWEEN]
                continue
            before: list[TemplatePart] = []
            if rows and rows[-1][0] == message.role:
                _, last, _ = rows.pop()
                before = [*folded.pop(last, []), *itertools.chain(*_content(messages[last], last)), _BETWEEN]
            if message.role == "user":
                before += waiting
                waiting = []
            if before:
                folded[index] = before
            rows.append((message.role, index, len(spoken_parts(message))))
        return rows, folded

    def _render(self, rows: Sequence[tuple[str, int, int]], forms: dict[str, Form]) -> str:
        content = [
            {"role": role, "content": forms[role]([self._said(index, number) for number in range(count)])}
            for role, index, count in rows
        ]
        try:
            return self._template.render(messages=content, add_generation_prompt=True, **self._tokens)
        except (jinja2.TemplateError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError) as error:
            raise ModelBroken(f"The model's chat template fails: {error}") from error

    def _said(self, index: int, number: int) -> str:
        return f"fan{self._nonce}x{index}x{number}x"

    def _find_forms(self, roles: tuple[str, ...]) -> dict[str, Form]:
        for choice in itertools.product(_FORMS, repeat=len(roles)):
            forms = dict(zip(roles, choice, strict=True))
            if self._works(("user", "assistant", "user"), forms):
                return forms
        raise ModelBroken("The model's chat template does not take a conversation.")

    def _works(self, roles: tuple[str, ...], forms: dict[str, Form]) -> bool:
        """Whether every text comes out once, in order, and not as Python would print a list."""
        rows = [(role, index, 2 if role == "user" else 1) for index, role in enumerate(roles)]
        try:
            text = self._render(rows, forms)
        except ModelBroken:
            return False
        found = [(int(row), int(number)) for row, number in self._word.findall(text)]
        wanted = [(index, number) for _, index, count in rows for number in range(count)]
        return found == wanted and "'type'" not in text and '"type"' not in text


def _content(message: Message, index: int) -> list[list[TemplatePart]]:
    """What stands for each part; texts are kept apart by an empty line."""
    parts = spoken_parts(message)
    content: list[list[TemplatePart]] = [[TemplateContent(index, number)] for number in range(len(parts))]
    for number, part in enumerate(parts[:-1]):
        if isinstance(part, TextPart):
            content[number].append(_BETWEEN)
    return content


def _refuse(reason: str) -> None:
    raise jinja2.TemplateError(reason)


def _to_json(value: Any, indent: int | None = None, ensure_ascii: bool = False, **_: Any) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent)
