"""A hub for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

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
