"""The hub is searched by words, by a name, or by an address that was pasted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fanlight.core.downloads.hub_lookup import HubLookup
from fanlight.core.downloads.hub_search import HubSearch
from fanlight.domain.errors import FanlightError, InputError
from support.fetching import COMMIT, NAME, PATIENCE, REPOSITORY
from support.hub_server import Fault, HubServer


@pytest.fixture
def hub() -> Iterator[HubServer]:
    server = HubServer()
    server.put(REPOSITORY, COMMIT, NAME, b"the model")
    server.put(REPOSITORY, COMMIT, "a-model-Q8_0.gguf", b"the larger model")
    server.put(REPOSITORY, COMMIT, "mmproj-a-model-f16.gguf", b"its projector")
    server.put("someone/Words", COMMIT, "README.md", b"no model")
    yield server
    server.stop()


@pytest.fixture
def search(hub: HubServer) -> Iterator[HubSearch]:
    lookup = HubLookup(None, patience=PATIENCE)
    yield HubSearch(lookup, lambda: hub.address)
    lookup.stop()


def asked(search: HubSearch, text: str, qtbot: Any) -> None:
    search.search(text)
    assert search.busy
    qtbot.waitUntil(lambda: not search.busy)


def test_words_find_repositories_and_one_of_them_has_models_with_their_projector(
    search: HubSearch, hub: HubServer, qtbot: Any
) -> None:
    assert (search.hits, hub.hub.asked) == (None, [])  # nothing is asked by itself
    asked(search, " a model ", qtbot)
    assert search.hits is not None
    assert [hit.repository for hit in search.hits] == [REPOSITORY, "someone/Words"]
    assert search.repository is None
    search.open_hit(search.hits[0])
    qtbot.waitUntil(lambda: search.repository is not None)
    assert [model.name for model in search.models] == ["a-model-Q4_K_M", "a-model-Q8_0"]
    assert [file.name for file in search.models[0].files] == [NAME, "mmproj-a-model-f16.gguf"]
    assert search.models[0].size_bytes == len(b"the model") + len(b"its projector")
    search.close_repository()
    assert (search.repository, len(search.hits)) == (None, 2)


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        (REPOSITORY, None),
        (f"https://huggingface.co/{REPOSITORY}", None),
        (f"https://huggingface.co/{REPOSITORY}/tree/main?show=1#x", None),
        (f"https://huggingface.co/{REPOSITORY}/blob/main/a-model-Q8_0.gguf", "a-model-Q8_0"),
        (f"https://huggingface.co/{REPOSITORY}/resolve/main/{NAME}?download=true", "a-model-Q4_K_M"),
        (f"hf.co/{REPOSITORY}:Q8_0", "a-model-Q8_0"),
        (f"{REPOSITORY}:q8_0", "a-model-Q8_0"),
    ],
)
def test_an_address_opens_its_repository(search: HubSearch, qtbot: Any, text: str, chosen: str | None) -> None:
    asked(search, text, qtbot)
    assert len(search.models) == 2
    assert (search.chosen.name if search.chosen else None) == chosen


def test_an_address_of_others_is_not_asked_for(search: HubSearch, hub: HubServer) -> None:
    problems: list[FanlightError] = []
    search.problem.connect(problems.append)
    search.search("https://ollama.com/library/qwen3-vl")
    assert not search.busy
    assert hub.hub.name in problems[0].message
    search.search("  ")
    assert (len(problems), hub.hub.asked) == (1, [])


def test_a_repository_without_a_model_says_what_to_search_for(search: HubSearch, qtbot: Any) -> None:
    problems: list[FanlightError] = []
    search.problem.connect(problems.append)
    asked(search, "someone/Words", qtbot)
    assert "Words GGUF" in (problems[0].hint or "")
    assert search.repository is None


def test_a_refusal_is_reported_and_what_was_found_stays(search: HubSearch, hub: HubServer, qtbot: Any) -> None:
    asked(search, "a model", qtbot)
    refusals: list[Any] = []
    search.refused.connect(refusals.append)
    hub.hub.plan.append(Fault("status", status=403))
    asked(search, "another", qtbot)
    assert hub.hub.name in refusals[0].message
    assert search.hits is not None


def test_wrong_settings_of_the_network_are_said(qtbot: Any) -> None:
    def refuse() -> str:
        raise InputError("HF_ENDPOINT is no address.")

    search = HubSearch(HubLookup(None), refuse)
    problems: list[FanlightError] = []
    search.problem.connect(problems.append)
    search.search("x")
    assert [problem.message for problem in problems] == ["HF_ENDPOINT is no address."]
    assert (search.host, search.busy) == ("", False)
