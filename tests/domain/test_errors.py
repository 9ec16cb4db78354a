"""Every error a user may see is a sentence and says what to do next."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

from fanlight.domain import clip_errors, desktop_errors, document_errors, errors
from fanlight.domain.desktop_errors import HotkeyTaken
from fanlight.domain.errors import FanlightError, ModelMissing, PromptTooLong, error_text

MODULES = (errors, desktop_errors, document_errors, clip_errors)
KINDS = {kind for module in MODULES for _, kind in inspect.getmembers(module, inspect.isclass)}
ALL = sorted((kind for kind in KINDS if issubclass(kind, FanlightError)), key=lambda kind: kind.__name__)
NAMES = {kind.__name__ for kind in ALL}
ENDS = [kind for kind in ALL if not any(kind in other.__bases__ for other in ALL)]


@pytest.mark.parametrize("kind", ENDS)
def test_every_kind_of_error_has_a_hint(kind: type[FanlightError]) -> None:
    assert kind.hint.endswith(".")


@pytest.mark.parametrize("kind", ALL)
def test_the_tree_in_the_docstring_names_every_error(kind: type[FanlightError]) -> None:
    module = inspect.getmodule(kind)
    assert module in MODULES
    assert kind.__name__ in (module.__doc__ or "")


def test_a_hint_of_ones_own_replaces_that_of_the_kind() -> None:
    assert ModelMissing("Not here.").hint == ModelMissing.hint
    assert ModelMissing("Not here.", "Look there.").hint == "Look there."
    assert ModelMissing.hint != "Look there."


def test_a_long_prompt_says_both_numbers() -> None:
    error = PromptTooLong(need=12, have=8)
    assert (error.need, error.have) == (12, 8)
    assert "12" in error.message
    assert "8" in error.message


def test_an_error_is_worded_in_one_way() -> None:
    assert FanlightError("The disk is gone.", "Bring it back.").text == "The disk is gone. Bring it back."
    assert FanlightError("The disk is gone.").text == "The disk is gone."
    assert error_text(ModelMissing("Not here.", "Look there.")) == "Not here. Look there."
    assert error_text(None) == ""
    assert "inside Fanlight" in error_text(ZeroDivisionError("division by zero"))


def test_every_error_of_the_application_stands_in_the_tree() -> None:
    app = Path(errors.__file__).parents[1]
    elsewhere = {
        f"{path.relative_to(app)}: {node.name}"
        for path in app.rglob("*.py")
        if str(path) not in [module.__file__ for module in MODULES]
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef) and any(getattr(base, "id", "") in NAMES for base in node.bases)
    }
    assert not elsewhere


def test_a_hotkey_that_is_taken_says_by_whom() -> None:
    assert HotkeyTaken("Ctrl+A").text.startswith("Ctrl+A is already used by another program. " + HotkeyTaken.hint)
    assert (
        HotkeyTaken("Ctrl+A", "Ctrl+B", own=True).text == "Ctrl+A is already used by Fanlight itself. Ctrl+B is free."
    )
