"""An import is killed again and again: what is there is whole, and once it is through, all of it is there once."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fanlight.domain.archive import read_archived
from fanlight.exchange.writers import open_writer
from fanlight.store.database import Database
from support import importing_child
from support.branches import LINKS, SHOWN, add_tree, links, shown
from support.exported_talks import node, said

COUNT, KILLS = 40, 6


def own_export(folder: Path) -> Path:
    """With branches and pictures."""
    with closing(Database(folder / "source", clock=iter(range(1, 10_000)).__next__)) as database:
        for number in range(COUNT):
            add_tree(database, f"talk {number}")
        writer = open_writer(folder / "all.json", "json")
        for row in database.conversations():
            writer.add(read_archived(database, row, database.picture))
        return writer.finish()


def chatgpt_export(folder: Path) -> Path:
    def talk(number: int) -> dict[str, Any]:
        texts = {"": ["one", "uno"], **LINKS}
        names = {text: f"{number} {text}" for found in texts.values() for text in found}
        parent = {text: before for before, found in texts.items() for text in found}
        mapping = dict(
            node(
                names[text],
                names.get(parent[text]),
                [names[one] for one in texts.get(text, [])],
                said("user" if text in ("one", "two", "three", "uno") else "assistant", [text]),
            )
            for text in names
        )
        return {
            "title": f"talk {number}",
            "create_time": 1e9 + number,
            "current_node": names[SHOWN[-1]],
            "mapping": mapping,
        }

    file = folder / "conversations.json"
    file.write_text(json.dumps([talk(number) for number in range(COUNT)]))
    return file


def importing(home: Path, file: Path) -> subprocess.Popen[bytes]:
    words = [sys.executable, importing_child.__file__, str(home), str(file)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(words, stdout=subprocess.PIPE, env=environment)


def killed(home: Path, file: Path, seconds: float) -> None:
    """So long after it has begun to write."""
    with importing(home, file) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"begins\n"
        time.sleep(seconds)
        child.send_signal(signal.SIGKILL)


def held(home: Path) -> list[str]:
    """The titles of conversations, all of which are whole."""
    with closing(Database(home)) as database:
        assert not database.notice
        for row in database.conversations():
            assert (links(database, row.id), shown(database, row.id)) == (LINKS, SHOWN)
            pictures = [one for message in database.messages(row.id) for one in message.pictures]
            assert all(database.picture(one.sha256) for one in pictures)
        return [row.title for row in database.conversations()]


@pytest.mark.parametrize("export", [own_export, chatgpt_export], ids=["own", "chatgpt"])
def test_killed_at_any_moment_nothing_is_lost_or_doubled(tmp_path: Path, export: Any) -> None:
    file, home = export(tmp_path), tmp_path / "home"
    dice = random.Random(5)
    for _unused in range(KILLS):
        killed(home, file, dice.uniform(0, 0.03))
        titles = held(home)
        assert len(set(titles)) == len(titles)
    with importing(home, file) as child:
        assert b"done" in child.communicate(timeout=60)[0]
    assert sorted(held(home)) == sorted(f"talk {number}" for number in range(COUNT))
