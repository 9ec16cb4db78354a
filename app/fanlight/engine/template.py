"""The model's chat template, rendered in a sandbox, with placeholders for the content of messages.

The template gets a random placeholder for each part of a message, and its output is split at the placeholders. So no
text can act as a control token or a picture, and nothing the template does to content (trimming, searching for tags)
changes an earlier answer."""

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
from fanlight.i18n import _

_GENERATION = re.compile(r"\{%-?\s*(?:end)?generation\s*-?%\}")


@dataclass(frozen=True, slots=True)
class TemplateFrame:
    """Text of the template around the content; may contain control tokens."""

    text: str


@dataclass(frozen=True, slots=True)
class TemplateContent:
    """Part `number` of message `index` (`prompt_parts`)."""

    index: int
    number: int


TemplatePart = TemplateFrame | TemplateContent
Form = Callable[[list[str]], Any]
"""Makes a message's content from the placeholders of its parts."""

_BETWEEN = TemplateFrame("\n\n")
"""Separates two texts that the template receives as one."""


def prompt_parts(message: Message) -> tuple[TextPart | ImagePart, ...]:
    """The parts of a message in the prompt. The last is a text, if only an empty one: an unfinished question continues
    there. An answer is one text, as it was sampled, without its thinking."""
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
    """The constructor finds out by rendering which content form each role takes and whether there is a system role.
    Raises ModelBroken."""

    def __init__(self, source: str, bos: str = "", eos: str = "") -> None:
        self.source = source
        self._nonce = secrets.token_hex(8)
        self._placeholder_pattern = re.compile(rf"fan{self._nonce}x(\d+)x(\d+)x")
        self._tokens = {"bos_token": bos, "eos_token": eos}
        environment = ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
        )
        environment.filters["tojson"] = _to_json
        environment.globals["raise_exception"] = _raise_exception
        environment.globals["strftime_now"] = lambda form: datetime.datetime.now().astimezone().strftime(form)
        try:
            self._template = environment.from_string(_GENERATION.sub("", source))
        except jinja2.TemplateError as error:
            raise ModelBroken(_("The model's chat template cannot be read: {reason}").format(reason=error)) from error
        self._forms = self._find_forms(("user", "assistant"))
        self._system: Form | None = None
        for form in _FORMS:
            forms = {**self._forms, "system": form}
            if self._round_trips(("system", "user"), forms):
                self._system = form
                self._forms = forms
                break

    def parts(self, messages: Sequence[Message]) -> list[TemplatePart]:
        """The conversation as frames and contents, up to where the assistant's answer begins. Every part of every
        message appears exactly once. The last message is the question."""
        rows, folded = self._rows(messages)
        text = self._render(rows, self._forms)
        parts: list[TemplatePart] = []
        pieces = iter(self._placeholder_pattern.split(text))
        parts.extend(TemplateFrame(piece) for piece in (next(pieces),) if piece)
        for row, number, frame in zip(pieces, pieces, pieces, strict=True):
            index = int(row)
            parts.extend(folded.pop(index, ()))
            parts.extend(_content(messages[index], index)[int(number)])
            parts.extend(TemplateFrame(piece) for piece in (frame,) if piece)
        return parts

    def _rows(self, messages: Sequence[Message]) -> tuple[list[tuple[str, int, int]], dict[int, list[TemplatePart]]]:
        """(role, index, number of parts) for the template, and parts to put before the content of some messages: a
        system prompt goes into the next question where the template has no system role, and two messages of one role in
        a row become one."""
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
            rows.append((message.role, index, len(prompt_parts(message))))
        return rows, folded

    def _render(self, rows: Sequence[tuple[str, int, int]], forms: dict[str, Form]) -> str:
        content = [
            {"role": role, "content": forms[role]([self._placeholder(index, number) for number in range(count)])}
            for role, index, count in rows
        ]
        try:
            return self._template.render(messages=content, add_generation_prompt=True, **self._tokens)
        except (jinja2.TemplateError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError) as error:
            raise ModelBroken(_("The model's chat template fails: {reason}").format(reason=error)) from error

    def _placeholder(self, index: int, number: int) -> str:
        return f"fan{self._nonce}x{index}x{number}x"

    def _find_forms(self, roles: tuple[str, ...]) -> dict[str, Form]:
        for choice in itertools.product(_FORMS, repeat=len(roles)):
            forms = dict(zip(roles, choice, strict=True))
            if self._round_trips(("user", "assistant", "user"), forms):
                return forms
        raise ModelBroken(_("The model's chat template does not accept a conversation."))

    def _round_trips(self, roles: tuple[str, ...], forms: dict[str, Form]) -> bool:
        """Whether every placeholder comes out once, in order, and not as a printed Python list."""
        rows = [(role, index, 2 if role == "user" else 1) for index, role in enumerate(roles)]
        try:
            text = self._render(rows, forms)
        except ModelBroken:
            return False
        found = [(int(row), int(number)) for row, number in self._placeholder_pattern.findall(text)]
        wanted = [(index, number) for _, index, count in rows for number in range(count)]
        return found == wanted and "'type'" not in text and '"type"' not in text


def _content(message: Message, index: int) -> list[list[TemplatePart]]:
    """The template parts of each part of the message; texts are separated by an empty line."""
    parts = prompt_parts(message)
    content: list[list[TemplatePart]] = [[TemplateContent(index, number)] for number in range(len(parts))]
    for number, part in enumerate(parts[:-1]):
        if isinstance(part, TextPart):
            content[number].append(_BETWEEN)
    return content


def _raise_exception(reason: str) -> None:
    raise jinja2.TemplateError(reason)


def _to_json(value: Any, indent: int | None = None, ensure_ascii: bool = False, **_others: Any) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent)
