"""Chat templates that a model file names instead of containing them: llama.cpp has these built in."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from functools import cache
from typing import Any

from fanlight.domain.errors import TemplateBroken
from fanlight.engine.backend import llama
from fanlight.engine.template_budget import Budget
from fanlight.i18n import _

_LONGEST_NAME = 64


@cache
def built_in_names() -> frozenset[str]:
    count = llama.llama_chat_builtin_templates(None, 0)
    found = (ctypes.c_char_p * max(count, 0))()
    llama.llama_chat_builtin_templates(found, len(found))
    return frozenset(name.decode() for name in found if name)


def is_name(source: str) -> bool:
    """Whether this is a name instead of a template. Raises TemplateBroken for one that is unknown."""
    word = source.strip()
    if not word or len(word) > _LONGEST_NAME or not all(letter.isalnum() or letter in "-_." for letter in word):
        return False
    if word not in built_in_names():
        raise TemplateBroken(
            _("The model's file names the chat template “{name}”, which Fanlight does not know.").format(name=word)
        )
    return True


class NamedTemplate:
    """Renders by llama.cpp's own functions. Contents are texts."""

    def __init__(self, name: str) -> None:
        self._name = name.strip().encode()

    def render(self, messages: list[dict[str, Any]], budget: Budget, variables: Mapping[str, Any]) -> str:  # noqa: ARG002 - they have none
        """Raises TemplateBroken, RenderingStopped."""
        budget.step(len(messages))
        if not all(isinstance(message["content"], str) for message in messages):
            raise TemplateBroken(_("The model's chat template takes texts only."))
        texts = [(message["role"].encode(), message["content"].encode()) for message in messages]
        rows = (llama.llama_chat_message * len(texts))(*(llama.llama_chat_message(*row) for row in texts))
        room = 256 + 2 * sum(64 + len(text) for _role, text in texts)
        while True:
            buffer = ctypes.create_string_buffer(room)
            count = llama.llama_chat_apply_template(self._name, rows, len(texts), True, buffer, room)
            if count < 0:
                raise TemplateBroken(
                    _("The model's chat template “{name}” does not accept a conversation.").format(
                        name=self._name.decode()
                    )
                )
            if count <= room:
                return buffer.raw[:count].decode("utf-8", "replace")
            room = count
