"""Engines of servers on this computer, and what comes of them."""

from __future__ import annotations

from fanlight import compose
from fanlight.domain.events import Event, TextDelta
from fanlight.domain.messages import Image, Message
from fanlight.domain.models import ModelAddress, ModelSpec
from fanlight.domain.ports import Engine
from fanlight.settings import Settings
from support.chat_server import ChatServer

PICTURE = Image.of(2, 1, bytes((255, 0, 0, 0, 0, 255)))
QUESTION = (Message.of("system", "Be short."), Message.of("user", "What is this?", [PICTURE]))


def engine_of(server: ChatServer, *, supports_images: bool = True) -> Engine:
    source = ModelAddress(server.address, "rose-3b", supports_images)
    return compose.load_engine(ModelSpec("Rose", source), Settings())


def text_of(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))
