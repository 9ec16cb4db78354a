"""The application asks the hub by a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fanlight.core.downloads import order_process
from fanlight.core.downloads.hub_lookup import HubLookup
from fanlight.domain.errors import DownloadError
from fanlight.domain.hub import HubAnswer
from support.fetching import COMMIT, NAME, PATIENCE, REPOSITORY
from support.hub_server import Fault, HubServer


@pytest.fixture
def hub() -> Iterator[HubServer]:
    server = HubServer()
    server.put(REPOSITORY, COMMIT, NAME, b"content")
    yield server
    server.stop()


@pytest.fixture
def lookup() -> Iterator[HubLookup]:
    lookup = HubLookup(None, patience=PATIENCE)
    yield lookup
    lookup.stop()


def test_a_search_and_a_look_into_a_repository(hub: HubServer, lookup: HubLookup, qtbot: Any) -> None:
    answers: list[HubAnswer] = []
    lookup.answered.connect(answers.append)
    lookup.search("a model", hub.address)
    assert lookup.busy
    qtbot.waitUntil(lambda: len(answers) == 1)
    assert not lookup.busy
    lookup.look_at(answers[0].hits[0].repository, hub.address)
    qtbot.waitUntil(lambda: len(answers) == 2)
    assert answers[1].repository is not None
    assert answers[1].repository.files[0].path == NAME


def test_a_new_question_ends_the_one_before(hub: HubServer, lookup: HubLookup, qtbot: Any) -> None:
    answers: list[HubAnswer] = []
    lookup.answered.connect(answers.append)
    lookup.search("first", hub.address)
    lookup.look_at(REPOSITORY, hub.address)
    qtbot.waitUntil(lambda: bool(answers))
    assert [answer.repository is not None for answer in answers] == [True]


def test_a_refusal_is_an_error_with_a_sentence(hub: HubServer, lookup: HubLookup, qtbot: Any) -> None:
    failures: list[DownloadError] = []
    lookup.failed.connect(failures.append)
    hub.hub.plan.append(Fault("status", status=403))
    lookup.search("x", hub.address)
    qtbot.waitUntil(lambda: bool(failures))
    assert hub.hub.name in failures[0].message


def test_a_process_that_cannot_be_started_is_an_error(
    lookup: HubLookup, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_process, "fetch_command", lambda: ["/no/such/program"])
    failures: list[DownloadError] = []
    lookup.failed.connect(failures.append)
    lookup.search("x", "http://127.0.0.1:1")
    qtbot.waitUntil(lambda: bool(failures))
    assert not lookup.busy
