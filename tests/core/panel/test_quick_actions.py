"""The quick actions in force, where that is not about their editor."""

from __future__ import annotations

from pathlib import Path

import pytest

from fanlight import i18n
from fanlight.core.panel.quick_actions import QuickActions
from fanlight.domain.errors import ActionsError, StoreError
from support.catalogs import compile_messages, write_catalog


@pytest.mark.usefixtures("qapp")
def test_why_they_are_not_saved_is_in_the_language_in_use(tmp_path: Path) -> None:
    write_catalog(tmp_path, "de", 'msgid "No such file or directory"\nmsgstr "Datei oder Ordner nicht gefunden"\n')
    compile_messages(tmp_path)
    actions = QuickActions.of(tmp_path / "gone")
    problems: list[StoreError] = []
    actions.problem.connect(problems.append)
    i18n.use("de", tmp_path)
    try:
        assert not actions.save(actions.shipped[1:])
    finally:
        i18n.use("en")
    assert problems[0].message == "The quick actions could not be saved: Datei oder Ordner nicht gefunden."


@pytest.mark.usefixtures("qapp")
def test_one_broken_action_costs_that_one_alone_and_the_file_is_kept(tmp_path: Path) -> None:
    text = (
        '\ufefforder = ["poem", "broken"]\n[poem]\nlabel = "Poem"\nprompt = "Write a poem."\n'
        '[broken]\nlabel = "Broken"\nkey = 7\n[explain\n[joke]\nlabel = "Joke"\nprompt = "Tell a joke."\n'
    )
    (tmp_path / "actions.toml").write_text(text, "utf-8")
    actions = QuickActions.of(tmp_path)
    said: list[ActionsError] = []
    actions.problem.connect(said.append)
    names = [action.name for action in actions.all]
    assert [name for name in names if name not in [one.name for one in actions.shipped]] == ["poem", "joke"]
    assert len(said) == 1
    assert said[0].message.startswith("Not all of your own quick actions are used. ")
    assert actions.save(actions.all)
    assert (tmp_path / "actions.broken").read_text("utf-8") == text
    assert [action.name for action in QuickActions.of(tmp_path).all] == names


@pytest.mark.usefixtures("qapp")
def test_a_mark_before_the_text_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "actions.toml").write_text('[poem]\nlabel = "Poem"\nprompt = "Write a poem."\n', "utf-8-sig")
    actions = QuickActions.of(tmp_path)
    said: list[ActionsError] = []
    actions.problem.connect(said.append)
    assert actions.find("poem") is not None
    assert said == []
