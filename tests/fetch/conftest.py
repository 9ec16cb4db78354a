"""A hub for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.chat_server import ChatServer
from support.hub_server import HubServer


@pytest.fixture
def hub() -> Iterator[HubServer]:
    server = HubServer()
    yield server
    server.stop()


@pytest.fixture
def mirror() -> Iterator[HubServer]:
    """Another one, which says nothing about sizes and sums."""
    server = HubServer()
    server.says_size = False
    yield server
    server.stop()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    monkeypatch.delenv("FANLIGHT_SERVER_KEY", raising=False)
    server = ChatServer()
    yield server
    server.stop()
