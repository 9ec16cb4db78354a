"""The model's chat template, rendered with placeholders for the content of messages.

The template gets a random placeholder for each part of a message, and its output is split at the placeholders. So no
text can act as a control token or a picture, and nothing the template does to content (trimming, searching for tags)
changes an earlier answer."""

from __future__ import annotations

import contextlib
import itertools
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from fanlight.domain.errors import TemplateBroken
from fanlight.domain.messages import FramePair, ImagePart, Message, SoundPart, TextPart, ThinkingPart, sent_parts
from fanlight.domain.models import ThinkingMode
from fanlight.domain.stop import StopFlag
from fanlight.engine import families
from fanlight.engine.jinja_template import JinjaTemplate
from fanlight.engine.template_budget import Budget
from fanlight.engine.thinking import find_switches
from fanlight.i18n import _

_PRINTED_LIST = re.compile(r"""\\?["']text\\?["']\s*:\s*\\?["']\s*$""")
"""Ends what a template writes before a text when it prints the list of parts as Python or JSON."""


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


class Renderer(Protocol):
    """Makes the prompt of messages with "role" and "content"; `variables` are the template's others. Raises
    TemplateBroken, RenderingStopped."""

    def render(self, messages: list[dict[str, Any]], budget: Budget, variables: Mapping[str, Any]) -> str: ...


_BETWEEN = TemplateFrame("\n\n")
"""Separates two texts that the template receives as one."""


PromptPart = TextPart | ImagePart | FramePair | SoundPart


def prompt_parts(message: Message, *, merges_frames: bool = False) -> tuple[PromptPart, ...]:
    """The parts of a message in the prompt. The last is a text, if only an empty one: an unfinished question continues
    there. An answer is one text, as it was sampled, without its thinking."""
    if message.role == "assistant":
        return (TextPart(message.text),)
    sent = sent_parts(message.parts, merges_frames=merges_frames)
    parts = tuple(part for part in sent if not isinstance(part, ThinkingPart))
    is_whole = bool(message.parts) and isinstance(message.parts[-1], TextPart)
    return parts if is_whole else (*parts, TextPart(""))


def _listed(words: list[str]) -> Any:
    return [{"type": "text", "text": word} for word in words]


def _string(words: list[str]) -> Any:
    return "".join(words)


_FORMS: tuple[Form, ...] = (_listed, _string)


class Template:
    """The constructor finds out by rendering which content form each role takes and whether there is a system role.
    Raises TemplateBroken, RenderingStopped."""

    def __init__(
        self,
        source: str,
        bos: str = "",
        eos: str = "",
        stop: StopFlag | None = None,
        renderer: Renderer | None = None,
    ) -> None:
        """`renderer` is used instead of Jinja."""
        self.source = source
        self.merges_frames = False
        """Two neighboring frames of a clip are one part of a message."""
        self._nonce = secrets.token_hex(8)
        self._placeholder_pattern = re.compile(rf"fan{self._nonce}x(\d+)x(\d+)x")
        budget = Budget(stop)
        self._renderer = renderer or JinjaTemplate(source, {"bos_token": bos, "eos_token": eos}, budget)
        self._forms = self._find_forms(("user", "assistant"), budget)
        self._system: Form | None = None
        for form in _FORMS:
            forms = {**self._forms, "system": form}
            with contextlib.suppress(TemplateBroken):
                self._tried(("system", "user"), forms, budget)
                self._system = form
                self._forms = forms
                break
        self.switches = find_switches(source, lambda variables: self._example(variables, Budget(stop)))
        self.thinking = families.thinking(source) or families.thinking(
            self._example(self.switches.on, Budget(stop)) or ""
        )

    def parts(
        self, messages: Sequence[Message], stop: StopFlag | None = None, thinking: ThinkingMode = "auto"
    ) -> list[TemplatePart]:
        """The conversation as frames and contents, up to where the assistant's answer begins. Every part of every
        message appears exactly once. The last message is the question. Raises TemplateBroken, RenderingStopped."""
        rows, folded = self._rows(messages)
        text = self._render(rows, self._forms, Budget(stop), self.switches.variables(thinking))
        parts: list[TemplatePart] = []
        pieces = iter(self._placeholder_pattern.split(text))
        parts.extend(TemplateFrame(piece) for piece in (next(pieces),) if piece)
        for row, number, frame in zip(pieces, pieces, pieces, strict=True):
            index = int(row)
            parts.extend(folded.pop(index, ()))
            parts.extend(self._content(messages[index], index)[int(number)])
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
                waiting += [*itertools.chain(*self._content(message, index)), _BETWEEN]
                continue
            before: list[TemplatePart] = []
            if rows and rows[-1][0] == message.role:
                _, last, _ = rows.pop()
                before = [*folded.pop(last, []), *itertools.chain(*self._content(messages[last], last)), _BETWEEN]
            if message.role == "user":
                before += waiting
                waiting = []
            if before:
                folded[index] = before
            rows.append((message.role, index, len(self.message_parts(message))))
        return rows, folded

    def message_parts(self, message: Message) -> tuple[PromptPart, ...]:
        """`prompt_parts`, as this model takes them."""
        return prompt_parts(message, merges_frames=self.merges_frames)

    def _content(self, message: Message, index: int) -> list[list[TemplatePart]]:
        """The template parts of each part of the message; texts are separated by an empty line."""
        parts = self.message_parts(message)
        content: list[list[TemplatePart]] = [[TemplateContent(index, number)] for number in range(len(parts))]
        for number, part in enumerate(parts[:-1]):
            if isinstance(part, TextPart):
                content[number].append(_BETWEEN)
        return content

    def _render(
        self,
        rows: Sequence[tuple[str, int, int]],
        forms: dict[str, Form],
        budget: Budget,
        variables: Mapping[str, Any] = MappingProxyType({}),
    ) -> str:
        content = [
            {"role": role, "content": forms[role]([self._placeholder(index, number) for number in range(count)])}
            for role, index, count in rows
        ]
        return self._renderer.render(content, budget, variables)

    def _placeholder(self, index: int, number: int) -> str:
        return f"fan{self._nonce}x{index}x{number}x"

    def _find_forms(self, roles: tuple[str, ...], budget: Budget) -> dict[str, Form]:
        problems: list[TemplateBroken] = []
        for choice in itertools.product(_FORMS, repeat=len(roles)):
            forms = dict(zip(roles, choice, strict=True))
            try:
                self._tried(("user", "assistant", "user"), forms, budget)
            except TemplateBroken as problem:
                problems.append(problem)
            else:
                return forms
        raise problems[-1]  # with texts: what is wrong in every form

    def _example(self, variables: Mapping[str, Any], budget: Budget) -> str | None:
        """A prompt without and, where there is that role, one with a system message; None where the template does not
        accept the `variables`."""
        talk = ("user", "assistant", "user")
        talks = [talk, ("system", *talk)] if self._system is not None else [talk]
        try:
            return "".join(self._tried(roles, self._forms, budget, variables) for roles in talks)
        except TemplateBroken:
            return None

    def _tried(
        self,
        roles: tuple[str, ...],
        forms: dict[str, Form],
        budget: Budget,
        variables: Mapping[str, Any] = MappingProxyType({}),
    ) -> str:
        """An example of a prompt. Raises TemplateBroken unless every placeholder comes out once, in order, and not in a
        printed Python list."""
        rows = [(role, index, 2 if role == "user" else 1) for index, role in enumerate(roles)]
        text = self._render(rows, forms, budget, variables)
        found = [(int(row), int(number)) for row, number in self._placeholder_pattern.findall(text)]
        wanted = [(index, number) for _role, index, count in rows for number in range(count)]
        if found != wanted:
            raise TemplateBroken(_("The model's chat template changes what is said, or leaves some of it out."))
        ends = [match.start() for match in self._placeholder_pattern.finditer(text)]
        if _listed in forms.values() and any(_PRINTED_LIST.search(text[max(0, end - 40) : end]) for end in ends):
            raise TemplateBroken(_("The model's chat template does not accept a conversation."))
        return text
