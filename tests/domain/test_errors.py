"""Every error a user may see is a sentence and says what to do next."""

from __future__ import annotations

import inspect

import pytest

from fanlight.domain import errors
from fanlight.domain.errors import FanlightError, ModelMissing, PromptTooLong

ALL = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, FanlightError)]
ENDS = [kind for kind in ALL if not any(kind in other.__bases__ for other in ALL)]


@pytest.mark.parametrize("kind", ENDS)
def test_every_kind_of_error_has_a_hint(kind: type[FanlightError]) -> None:
    assert kind.hint.endswith(".")


@pytest.mark.parametrize("kind", ALL)
def test_the_tree_in_the_docstring_names_every_error(kind: type[FanlightError]) -> None:
    assert kind.__name__ in (errors.__doc__ or "")


def test_a_hint_of_ones_own_replaces_that_of_the_kind() -> None:
    assert ModelMissing("Not here.").hint == ModelMissing.hint
    assert ModelMissing("Not here.", "Look there.").hint == "Look there."
    assert ModelMissing.hint != "Look there."


def test_a_long_prompt_says_both_numbers() -> None:
    error = PromptTooLong(need=12, have=8)
    assert (error.need, error.have) == (12, 8)
    assert "12" in error.message
    assert "8" in error.message
