"""The banner above the conversation."""

from __future__ import annotations

from typing import Any

import pytest

from fanlight.domain.errors import ModelMissing
from fanlight.ui.widgets.banner import Banner

pytestmark = pytest.mark.gui


def test_a_command_in_a_hint_stands_in_quotation_marks(qtbot: Any) -> None:
    """In a terminal it is marked with backticks."""
    banner, error = Banner("error"), ModelMissing("There is no such model.")
    qtbot.addWidget(banner)
    banner.add_error(error)
    assert banner.text.text() == "There is no such model. “fanlight models list” shows the available models."
    banner.remove_error(error)
    assert banner.lines == ()
