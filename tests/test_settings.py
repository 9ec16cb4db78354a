"""Every setting says what its editor and its file need."""

from __future__ import annotations

from dataclasses import fields

import pytest

from fanlight.domain.setting_fields import fits
from fanlight.settings import Settings

NAMES = [item.name for item in fields(Settings)]


@pytest.mark.parametrize("item", fields(Settings), ids=NAMES)
def test_every_setting_says_what_an_editor_needs(item: object) -> None:
    meta = item.metadata  # type: ignore[attr-defined]
    assert meta["label"]
    assert meta["group"]
    assert fits(item, item.default)  # type: ignore[attr-defined]
