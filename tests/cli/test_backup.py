"""`fanlight backup` and `fanlight restore`."""

from __future__ import annotations

import getpass
from contextlib import closing
from pathlib import Path

import pytest

from fanlight.cli import main
from fanlight.domain.messages import Message
from fanlight.store import archive_file
from fanlight.store.database import Database


@pytest.fixture
def place(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a backup goes; the key of an encrypted one costs no time."""
    with closing(Database(home)) as database:
        database.add_message(database.create("One"), Message.of("user", "Why?"))
    passphrase = archive_file._age().passphrase
    monkeypatch.setattr(passphrase, "encrypt", lambda data, word: word.encode() + b"\n" + data)
    monkeypatch.setattr(passphrase, "decrypt", unlocked)
    return tmp_path / "all.fanlight-backup"


def unlocked(data: bytes, word: str) -> bytes:
    if not data.startswith(word.encode() + b"\n"):
        raise archive_file._age().DecryptError
    return data.partition(b"\n")[2]


def titles(home: Path) -> list[str]:
    with closing(Database(home)) as database:
        return [row.title for row in database.conversations()]


def test_there_and_back(
    home: Path, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backup", str(place)]) == 0
    assert capsys.readouterr().out == f"Everything is in {place}.\n"
    assert main(["backup", str(place)]) == 1
    assert "exists already" in capsys.readouterr().err
    assert main(["backup", str(place), "--replace"]) == 0
    monkeypatch.setenv("FANLIGHT_HOME", str(tmp_path / "other"))
    capsys.readouterr()
    assert main(["restore", str(place)]) == 0
    assert capsys.readouterr().out.startswith("1 conversation was restored; what was there is unchanged.\n")
    assert titles(tmp_path / "other") == ["One"]


def test_the_passphrase_is_read_from_a_file(
    home: Path, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    word = tmp_path / "word"
    word.write_text("three cats\nmore\n", "utf-8")
    assert main(["backup", str(place), "--passphrase-file", str(word)]) == 0
    monkeypatch.setenv("FANLIGHT_HOME", str(tmp_path / "other"))
    assert main(["restore", str(place)]) == 3
    assert "no terminal" in capsys.readouterr().err
    other = tmp_path / "other word"
    for content, said in ((b"two cats", "wrong"), (b"\n", "no passphrase"), (b"\xff\xfe", "not text")):
        other.write_bytes(content)
        assert main(["restore", str(place), "--passphrase-file", str(other)]) == 3
        assert said in capsys.readouterr().err
    assert main(["restore", str(place), "--passphrase-file", str(tmp_path)]) == 3
    assert titles(tmp_path / "other") == []
    assert main(["restore", str(place), "--passphrase-file", str(word)]) == 0
    assert titles(tmp_path / "other") == ["One"]


def test_the_passphrase_is_asked_for_twice(
    home: Path, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Terminal:
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal())
    for words, said in ((["a", "b"], "differ"), ([""], "empty")):
        monkeypatch.setattr(getpass, "getpass", lambda _prompt, left=words: left.pop(0))
        assert main(["backup", str(place), "--encrypt"]) == 3
        assert said in capsys.readouterr().err
        assert not place.exists()
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: "a")
    assert main(["backup", str(place), "--encrypt"]) == 0
    assert archive_file.is_encrypted(place)
    assert main(["restore", str(place)]) == 0


@pytest.mark.parametrize("name", ["missing", "", "folder/x"])
def test_a_place_or_a_file_that_cannot_be_is_one_sentence(
    home: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["restore", str(tmp_path / name)]) == 3
    assert main(["backup", str(tmp_path / "none" / "x" / name)]) == 1
    assert "Traceback" not in capsys.readouterr().err
    assert not [one for one in home.iterdir() if one.name.startswith("copying-")]
