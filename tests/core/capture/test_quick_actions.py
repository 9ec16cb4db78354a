"""The quick actions in force, where that is not about their editor."""

from __future__ import annotations

from pathlib import Path

import pytest

from fanlight import i18n
from fanlight.core.capture.quick_actions import QuickActions
from fanlight.domain.errors import StoreError
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
