"""Whatever a connection does: the file is right, or it is not there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from fanlight.domain.downloads import (
    DownloadDone,
    DownloadFailed,
    DownloadFile,
    DownloadProgress,
    DownloadSwitched,
    DownloadWaiting,
    FailureReason,
    FileRole,
)
from fanlight.fetch import web_errors
from fanlight.fetch.web import Web, WebAnswer
from support.fetching import (
    COMMIT,
    HASTY,
    NAME,
    PATIENCE,
    REPOSITORY,
    Fetched,
    content_of,
    fetch_here,
    order_of,
    wanted,
)
from support.hub_server import Fault, HubServer

pytestmark = pytest.mark.loopback

CONTENT = content_of(300_000)


def fetched_whole(folder: Path, got: Fetched) -> None:
    """The file is there with the right content, and nothing else is."""
    assert isinstance(got.end, DownloadDone), got.end
    assert (folder / NAME).read_bytes() == CONTENT
    assert sorted(path.name for path in folder.iterdir()) == [NAME]


def failed_with(got: Fetched, reason: FailureReason) -> DownloadFailed:
    assert isinstance(got.end, DownloadFailed), got.end
    assert got.end.reason is reason, got.end
    assert got.end.message.endswith(".")
    assert got.end.hint.endswith(".") or got.end.hint.startswith("Accept") or "pip install" in got.end.hint
    return got.end


@pytest.fixture
def source(hub: HubServer) -> str:
    return hub.put(REPOSITORY, COMMIT, NAME, CONTENT)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models" / "a-model"


def test_a_file_comes_by_way_of_a_redirect_to_another_host(hub: HubServer, source: str, folder: Path) -> None:
    got = fetch_here(order_of(folder, wanted(CONTENT, source)))
    fetched_whole(folder, got)
    assert (len(hub.hub.asked), len(hub.cdn.asked)) == (1, 1)
    assert hub.cdn.sent == len(CONTENT)
    last = got.of(DownloadProgress)[-1]
    assert isinstance(last, DownloadProgress)
    assert last.host == hub.cdn.name
    assert last.total_bytes == len(CONTENT)


def test_a_pair_comes_whole_and_what_is_there_is_not_fetched_again(hub: HubServer, source: str, folder: Path) -> None:
    other = content_of(5_000, seed=2)
    projector = hub.put(REPOSITORY, COMMIT, "mmproj.gguf", other)
    pair = (wanted(CONTENT, source), wanted(other, projector, name="mmproj.gguf", role=FileRole.PROJECTOR))
    assert fetch_here(order_of(folder, *pair)).end == DownloadDone((folder / NAME, folder / "mmproj.gguf"))
    assert (folder / "mmproj.gguf").read_bytes() == other
    before = len(hub.hub.asked)
    (folder / f"{NAME}.part.json").write_text("{}")  # the process ended between the two last steps
    assert isinstance(fetch_here(order_of(folder, *pair)).end, DownloadDone)
    assert sorted(path.name for path in folder.iterdir()) == [NAME, "mmproj.gguf"]
    assert len(hub.hub.asked) == before


def test_a_file_of_that_name_with_another_content_is_replaced(source: str, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / NAME).write_bytes(content_of(len(CONTENT), seed=9))
    fetched_whole(folder, fetch_here(order_of(folder, wanted(CONTENT, source))))


@pytest.mark.parametrize("kind", ["cut", "reset"])
@pytest.mark.parametrize("at", [0, 1, 65_536, 299_999])
def test_a_connection_that_breaks_off_goes_on_where_it_broke(
    hub: HubServer, source: str, folder: Path, kind: str, at: int
) -> None:
    hub.cdn.plan.append(Fault(kind, at=at))
    fetched_whole(folder, fetch_here(order_of(folder, wanted(CONTENT, source))))
    if kind != "reset":  # which may take back what was under way
        assert hub.cdn.sent <= len(CONTENT) * 1.01 + 1


@pytest.mark.parametrize(("kind", "at"), [("silent", 0), ("silent", 299_999), ("drip", 65_536)])
def test_a_connection_that_stalls_is_made_anew(hub: HubServer, source: str, folder: Path, kind: str, at: int) -> None:
    hub.cdn.plan.append(Fault(kind, at=at))
    fetched_whole(folder, fetch_here(order_of(folder, wanted(CONTENT, source), patience=HASTY)))
    assert len(hub.cdn.asked) > 1


@pytest.mark.parametrize("kind", ["chunked", "short", "long", "nonsense"])
def test_answers_without_a_length_with_a_wrong_one_and_without_sense(
    hub: HubServer, source: str, folder: Path, kind: str
) -> None:
    hub.cdn.plan.append(Fault(kind))
    if kind in ("short", "long"):  # a file of another size is another file
        failed_with(fetch_here(order_of(folder, wanted(CONTENT, source))), FailureReason.OTHER_FILE)
        assert not (folder / NAME).exists()
    else:
        fetched_whole(folder, fetch_here(order_of(folder, wanted(CONTENT, source))))


@pytest.mark.parametrize("status", [408, 425, 500, 502, 503, 504, 520])
@pytest.mark.parametrize("place", ["hub", "cdn"])
def test_a_server_in_trouble_is_asked_again(hub: HubServer, source: str, folder: Path, status: int, place: str) -> None:
    getattr(hub, place).plan.extend([Fault("status", status=status)] * 3)
    got = fetch_here(order_of(folder, wanted(CONTENT, source)))
    fetched_whole(folder, got)
    assert len(got.of(DownloadWaiting)) == 3


def test_a_server_that_stays_in_trouble_is_given_up(hub: HubServer, source: str, folder: Path) -> None:
    hub.hub.plan.extend([Fault("status", status=500)] * 50)
    failed_with(fetch_here(order_of(folder, wanted(CONTENT, source))), FailureReason.SERVER)
    assert len(hub.hub.asked) == PATIENCE.tries


@pytest.mark.parametrize(("offline", "has_begun"), [(15, True), (30, True), (15, False)])
def test_a_network_that_was_there_is_waited_for_longer(
    hub: HubServer, source: str, folder: Path, offline: int, has_begun: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A computer that slept, or a router that starts again, costs no click."""
    left = [offline]
    hub.cdn.plan.append(Fault("cut", at=100_000))
    ask = Web.get

    def get(web: Web, address: str, start: int) -> WebAnswer:
        if left[0] and bool(start) == has_begun:
            left[0] -= 1
            raise web_errors._no_connection("There is no connection.")
        return ask(web, address, start)

    monkeypatch.setattr(Web, "get", get)
    got = fetch_here(order_of(folder, wanted(CONTENT, source)))
    if has_begun and offline < PATIENCE.offline_tries:
        fetched_whole(folder, got)
    else:
        failed_with(got, FailureReason.NO_CONNECTION)
        assert left[0] == offline - (PATIENCE.offline_tries if has_begun else PATIENCE.tries)


@pytest.mark.parametrize(("said", "seconds"), [({"Retry-After": "7"}, 7.0), ({"RateLimit": '"api";r=0;t=9'}, 9.0)])
def test_too_many_requests_wait_as_long_as_the_server_asks(
    hub: HubServer, source: str, folder: Path, said: dict[str, str], seconds: float
) -> None:
    hub.hub.plan.append(Fault("status", status=429, headers=said))
    waited: list[float] = []
    got = fetch_here(order_of(folder, wanted(CONTENT, source)), pause=waited.append)
    fetched_whole(folder, got)
    assert waited == [seconds]


def test_a_server_that_asks_for_a_day_is_given_up(hub: HubServer, source: str, folder: Path) -> None:
    hub.hub.plan.append(Fault("status", status=429, headers={"Retry-After": "86400"}))
    failed_with(fetch_here(order_of(folder, wanted(CONTENT, source))), FailureReason.TOO_MANY_REQUESTS)


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [
        (401, "GatedRepo", FailureReason.SIGN_IN),
        (403, "GatedRepo", FailureReason.SIGN_IN),
        (401, "RepoNotFound", FailureReason.NOT_FOUND),
        (403, "", FailureReason.FORBIDDEN),
        (451, "", FailureReason.FORBIDDEN),
        (404, "EntryNotFound", FailureReason.NOT_FOUND),
        (410, "", FailureReason.NOT_FOUND),
        (407, "", FailureReason.PROXY),
    ],
)
def test_a_refusal_is_said_and_not_repeated(
    hub: HubServer, source: str, folder: Path, status: int, code: str, reason: FailureReason
) -> None:
    hub.hub.plan.append(Fault("status", status=status, headers={"X-Error-Code": code} if code else {}))
    failed_with(fetch_here(order_of(folder, wanted(CONTENT, source))), reason)
    assert len(hub.hub.asked) == 1
    assert not (folder / NAME).exists()


def test_an_address_that_has_expired_is_asked_for_anew(hub: HubServer, source: str, folder: Path) -> None:
    hub.cdn.plan.extend([Fault("cut", at=100_000), Fault("status", status=403)])
    fetched_whole(folder, fetch_here(order_of(folder, wanted(CONTENT, source))))
    assert len(hub.hub.asked) == 3


def test_the_page_of_a_network_that_wants_a_sign_in_is_no_file(hub: HubServer, source: str, folder: Path) -> None:
    hub.hub.plan.append(Fault("page"))
    end = failed_with(fetch_here(order_of(folder, wanted(CONTENT, source))), FailureReason.OTHER_FILE)
    assert "web page" in end.message


def test_a_circle_of_redirects_ends(hub: HubServer, source: str, folder: Path) -> None:
    hub.hub.plan.extend([Fault("circle")] * 50)
    failed_with(fetch_here(order_of(folder, wanted(CONTENT, source))), FailureReason.SERVER)


@pytest.mark.parametrize("kind", ["packed", "other range"])
def test_a_server_that_does_not_keep_to_the_protocol_is_refused(
    hub: HubServer, source: str, folder: Path, kind: str
) -> None:
    hub.cdn.plan.extend([Fault("cut", at=1000), Fault(kind)])
    failed_with(fetch_here(order_of(folder, wanted(CONTENT, source))), FailureReason.SERVER)


def test_a_server_without_ranges_sends_all_again_and_the_file_is_right(
    hub: HubServer, source: str, folder: Path
) -> None:
    hub.cdn.plan.extend([Fault("cut", at=200_000), Fault("no ranges")])
    fetched_whole(folder, fetch_here(order_of(folder, wanted(CONTENT, source))))


def test_a_wrong_byte_is_refused_and_the_file_fetched_again(hub: HubServer, source: str, folder: Path) -> None:
    hub.cdn.plan.append(Fault("wrong", at=123_456))
    fetched_whole(folder, fetch_here(order_of(folder, wanted(CONTENT, source))))


def test_where_hashes_of_parts_are_known_only_the_wrong_part_comes_again(
    hub: HubServer, source: str, folder: Path
) -> None:
    hub.cdn.plan.append(Fault("wrong", at=123_456))
    fetched_whole(folder, fetch_here(order_of(folder, wanted(CONTENT, source, parts=50_000))))
    assert hub.cdn.asked[1].range == "bytes=100000-"


def test_a_source_that_always_sends_wrong_bytes_leaves_nothing(hub: HubServer, source: str, folder: Path) -> None:
    hub.cdn.plan.extend([Fault("wrong", at=5)] * 20)
    failed_with(fetch_here(order_of(folder, wanted(CONTENT, source))), FailureReason.WRONG_CONTENT)
    assert list(folder.iterdir()) == []


def test_a_file_that_changed_under_its_name_is_not_fetched(hub: HubServer, source: str, folder: Path) -> None:
    hub.put(REPOSITORY, COMMIT, NAME, content_of(len(CONTENT), seed=3))
    failed_with(fetch_here(order_of(folder, wanted(CONTENT, source))), FailureReason.OTHER_FILE)
    assert (folder / f"{NAME}.part").stat().st_size == 0
    assert not (folder / NAME).exists()


def test_of_an_unknown_file_the_hub_says_size_and_sum(hub: HubServer, source: str, folder: Path) -> None:
    hub.cdn.plan.append(Fault("wrong", at=10))
    fetched_whole(folder, fetch_here(order_of(folder, DownloadFile(FileRole.MODEL, NAME, (source,)))))


def test_an_empty_file_is_a_file(hub: HubServer, folder: Path) -> None:
    source = hub.put(REPOSITORY, COMMIT, NAME, b"")
    assert isinstance(fetch_here(order_of(folder, wanted(b"", source))).end, DownloadDone)
    assert (folder / NAME).read_bytes() == b""


@pytest.mark.parametrize(
    "fault", [Fault("status", status=404), Fault("status", status=503), Fault("page"), Fault("circle")]
)
def test_a_mirror_takes_over_where_the_hub_fails(
    hub: HubServer, mirror: HubServer, source: str, folder: Path, fault: Fault
) -> None:
    second = mirror.put(REPOSITORY, COMMIT, NAME, CONTENT)
    hub.hub.plan.extend([fault] * 20)
    got = fetch_here(order_of(folder, wanted(CONTENT, source, second)))
    fetched_whole(folder, got)
    assert any(isinstance(event, DownloadSwitched) and event.host == mirror.hub.name for event in got.events)


@pytest.mark.parametrize("kind", ["silent", "drip"])
def test_a_connection_that_brings_next_to_nothing_is_left(
    hub: HubServer, mirror: HubServer, source: str, folder: Path, kind: str
) -> None:
    second = mirror.put(REPOSITORY, COMMIT, NAME, CONTENT)
    hub.cdn.plan.append(Fault(kind, at=100_000))
    got = fetch_here(order_of(folder, wanted(CONTENT, source, second), patience=HASTY))
    fetched_whole(folder, got)
    switched = got.of(DownloadSwitched)[0]
    assert isinstance(switched, DownloadSwitched)
    assert "next to nothing" in switched.why
    assert mirror.cdn.asked


def test_a_mirror_goes_on_in_the_middle_of_a_file(hub: HubServer, mirror: HubServer, source: str, folder: Path) -> None:
    second = mirror.put(REPOSITORY, COMMIT, NAME, CONTENT)
    hub.cdn.plan.append(Fault("cut", at=150_000))
    hub.hub.plan.extend([None, *[Fault("status", status=404)] * 5])
    fetched_whole(folder, fetch_here(order_of(folder, wanted(CONTENT, source, second))))
    assert mirror.cdn.asked[0].range == "bytes=150000-"
    assert hub.cdn.sent + mirror.cdn.sent <= len(CONTENT) * 1.01


def test_a_mirror_with_ranges_is_better_than_a_hub_without(
    hub: HubServer, mirror: HubServer, source: str, folder: Path
) -> None:
    second = mirror.put(REPOSITORY, COMMIT, NAME, CONTENT)
    hub.cdn.plan.extend([Fault("cut", at=150_000), *[Fault("no ranges")] * 5])
    fetched_whole(folder, fetch_here(order_of(folder, wanted(CONTENT, source, second))))
    assert mirror.cdn.asked[0].range == "bytes=150000-"


def test_a_hub_without_ranges_is_better_than_nothing(
    hub: HubServer, mirror: HubServer, source: str, folder: Path
) -> None:
    hub.cdn.plan.extend([Fault("cut", at=150_000), *[Fault("no ranges")] * 5])
    mirror.hub.plan.extend([Fault("status", status=404)] * 5)
    second = mirror.put(REPOSITORY, COMMIT, NAME, CONTENT)
    fetched_whole(folder, fetch_here(order_of(folder, wanted(CONTENT, source, second))))


def test_a_mirror_with_wrong_bytes_is_left_for_the_hub(
    hub: HubServer, mirror: HubServer, source: str, folder: Path
) -> None:
    second = mirror.put(REPOSITORY, COMMIT, NAME, CONTENT)
    mirror.cdn.plan.extend([Fault("wrong", at=77)] * 20)
    fetched_whole(folder, fetch_here(order_of(folder, wanted(CONTENT, second, source))))


def test_a_host_that_is_not_there_is_said(folder: Path) -> None:
    got = fetch_here(order_of(folder, wanted(CONTENT, "http://127.0.0.1:1/x")))
    assert "127.0.0.1:1" in failed_with(got, FailureReason.NO_CONNECTION).message


def test_a_part_that_was_whole_is_placed_without_asking_anybody(hub: HubServer, source: str, folder: Path) -> None:
    """The process was killed between the last byte and the name."""
    folder.mkdir(parents=True)
    (folder / f"{NAME}.part").write_bytes(CONTENT)
    fetched_whole(folder, fetch_here(order_of(folder, wanted(CONTENT, source))))
    assert hub.hub.asked == []


def test_a_part_of_a_file_without_a_known_size_that_is_whole(hub: HubServer, source: str, folder: Path) -> None:
    """The server answers 416: there is nothing left to send."""
    folder.mkdir(parents=True)
    (folder / f"{NAME}.part").write_bytes(CONTENT)
    file = DownloadFile(FileRole.MODEL, NAME, (source,), sha256=wanted(CONTENT, source).sha256)
    fetched_whole(folder, fetch_here(order_of(folder, file)))
    assert [asked.status for asked in hub.cdn.asked] == [416]


def test_a_folder_that_goes_away_meanwhile_is_said(hub: HubServer, source: str, folder: Path) -> None:
    hub.cdn.plan.append(Fault("cut", at=100_000))
    got = fetch_here(order_of(folder, wanted(CONTENT, source)), pause=lambda _seconds: shutil.rmtree(folder))
    assert isinstance(got.end, DownloadFailed)
    assert got.end.reason is FailureReason.NOT_WRITABLE


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_to_is_said(source: str, folder: Path) -> None:
    folder.mkdir(parents=True)
    folder.chmod(0o500)
    failed_with(fetch_here(order_of(folder, wanted(CONTENT, source))), FailureReason.NOT_WRITABLE)


def test_a_file_where_the_folder_should_be_is_said(source: str, folder: Path) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("in the way")
    failed_with(fetch_here(order_of(folder, wanted(CONTENT, source))), FailureReason.NOT_WRITABLE)
