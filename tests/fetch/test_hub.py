"""Questions to the hub: what it answers, and what it could answer instead."""

from __future__ import annotations

from typing import Any

import pytest

from fanlight.domain.downloads import FailureReason
from fanlight.domain.hub import HubAnswer, HubFile, HubHit, HubOrder, HubQuestion, QuestionKind
from fanlight.fetch import hub as hub_module
from fanlight.fetch.child_process import asked_of_hub
from fanlight.fetch.hub import ask_hub
from fanlight.fetch.tokens import Tokens
from fanlight.fetch.trouble import Trouble
from fanlight.fetch.web import Web
from support.fetching import COMMIT, NAME, PATIENCE, REPOSITORY, sha256_of
from support.hub_server import Fault, HubServer

pytestmark = pytest.mark.loopback


def asked(hub: HubServer, kind: QuestionKind, text: str) -> HubAnswer:
    web = Web(PATIENCE, Tokens(hub.address).token_for)
    try:
        return ask_hub(HubQuestion(kind, text, hub.address), web, PATIENCE, lambda _seconds: None)
    finally:
        web.close()


def test_the_files_of_a_repository_come_with_their_sums(hub: HubServer) -> None:
    hub.put(REPOSITORY, COMMIT, NAME, b"content")
    repository = asked(hub, "repository", REPOSITORY).repository
    assert repository is not None
    assert (repository.repository, repository.commit, repository.licence) == (REPOSITORY, COMMIT, "mit")
    assert repository.files == (HubFile(NAME, 7, sha256_of(b"content")),)


def test_the_files_of_a_state_that_is_asked_for_are_those_of_then(hub: HubServer) -> None:
    hub.put(REPOSITORY, COMMIT, NAME, b"content")
    hub.put(REPOSITORY, "abc" + COMMIT[3:], NAME, b"before")
    question = HubQuestion("repository", REPOSITORY, hub.address, "abc")
    web = Web(PATIENCE, Tokens(hub.address).token_for)
    repository = ask_hub(question, web, PATIENCE).repository
    assert repository is not None
    assert (repository.commit[:3], repository.files[0].sha256) == ("abc", sha256_of(b"before"))
    with pytest.raises(Trouble) as refused:
        ask_hub(HubQuestion("repository", REPOSITORY, hub.address, "refs/pr/3"), web, PATIENCE)
    web.close()
    assert "refs/pr/3" in refused.value.message
    assert hub.hub.asked[-1].path.startswith(f"/api/models/{REPOSITORY}/revision/refs%2Fpr%2F3?")


def test_a_search_gives_repositories(hub: HubServer) -> None:
    hub.put(REPOSITORY, COMMIT, NAME, b"content")
    assert asked(hub, "search", "größe & co").hits == (HubHit(REPOSITORY, 7),)
    assert "search=gr%C3%B6%C3%9Fe+%26+co" in hub.hub.asked[0].path
    assert "filter=gguf" in hub.hub.asked[0].path


def test_a_repository_that_is_not_there_is_said(hub: HubServer) -> None:
    with pytest.raises(Trouble) as refused:
        asked(hub, "repository", "no/such")
    assert refused.value.reason is FailureReason.NOT_FOUND


def test_trouble_that_passes_is_waited_for(hub: HubServer) -> None:
    hub.put(REPOSITORY, COMMIT, NAME, b"content")
    hub.hub.plan.extend([Fault("status", status=503), Fault("status", status=500)])
    assert asked(hub, "repository", REPOSITORY).repository is not None


@pytest.mark.parametrize("kind", ["page", "nonsense"])
def test_what_is_no_answer_of_the_hub_is_said(hub: HubServer, kind: str) -> None:
    hub.hub.plan.extend([Fault(kind)] * 3)
    with pytest.raises(Trouble):
        asked(hub, "repository", REPOSITORY)


def test_an_answer_without_end_is_left(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "MOST_BYTES", 100)
    for number in range(20):
        hub.put(REPOSITORY, COMMIT, f"{number}.gguf", b"x")
    with pytest.raises(Trouble, match="without end"):
        asked(hub, "repository", REPOSITORY)


@pytest.mark.parametrize(
    "said",
    [
        None, [], 3, "x", {}, {"id": REPOSITORY}, {"id": "../..", "sha": COMMIT}, {"id": REPOSITORY, "sha": "main"},
        {"id": [], "sha": COMMIT},
    ],
)  # fmt: skip
def test_a_repository_without_a_name_and_a_commit_is_none(said: Any) -> None:
    assert hub_module._repository(said) is None


@pytest.mark.parametrize(
    "entry",
    [None, {}, {"rfilename": 3}, {"rfilename": "../../x.gguf"}, {"rfilename": "a\nb"}, {"rfilename": "x" * 500}],
)
def test_a_file_without_a_usable_path_is_left_out(entry: Any) -> None:
    repository = hub_module._repository({"id": REPOSITORY, "sha": COMMIT, "siblings": [entry, {"rfilename": "a.gguf"}]})
    assert repository is not None
    assert repository.files == (HubFile("a.gguf"),)


@pytest.mark.parametrize("entry", [None, 3, {}, {"id": "x"}, {"id": "a/b/c"}, {"id": "a/b\n"}])
def test_a_hit_without_a_name_is_left_out(entry: Any) -> None:
    assert hub_module._hit(entry) is None


def test_numbers_and_dates_that_are_none_are_left_out() -> None:
    entry = {"id": "a/b", "downloads": "many", "likes": -1, "lastModified": "2026-11-29T10:00:00.000Z", "gated": "auto"}
    assert hub_module._hit(entry) == HubHit("a/b", 0, 0, "2026-11-29", is_gated=True)


def test_the_question_is_asked_by_a_process_of_its_own(hub: HubServer) -> None:
    hub.put(REPOSITORY, COMMIT, NAME, b"content")
    question = HubQuestion("repository", REPOSITORY, hub.address)
    answer = asked_of_hub(HubOrder(question, patience=PATIENCE))
    assert answer.repository is not None
    assert answer.repository.files[0].path == NAME
