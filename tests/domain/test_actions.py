"""Quick actions: the shipped file, the user's own over it, and everything that can be wrong with one."""

from __future__ import annotations

import gettext
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight import i18n, paths
from fanlight.domain.actions import RESERVED, Action, changes, checked, find, fresh_name, merged, parse, parse_shipped
from fanlight.domain.errors import ActionsError

SHIPPED = parse((paths.resources() / "actions.toml").read_text("utf-8"))
NAMES = ["explain", "text", "table", "translate", "wrong", "describe", "reply", "translate-in-place"]
ABOUT_TEXT = ["explain-text", "shorter", "correct", "translate-text", "reply-text"]


def named(actions: tuple[Action, ...], name: str) -> Action:
    return next(action for action in actions if action.name == name)


def test_the_shipped_actions_are_all_there_each_with_a_key_of_its_own() -> None:
    assert [action.name for action in SHIPPED if action.about == "capture"] == NAMES
    assert [action.name for action in SHIPPED if action.about == "selection"] == ABOUT_TEXT
    assert len({(action.about, action.key) for action in SHIPPED}) == len(SHIPPED)
    assert all(action.key and action.key not in RESERVED and action.label for action in SHIPPED)


def test_only_text_is_answered_without_a_model() -> None:
    assert [action.name for action in SHIPPED if not action.asks] == ["text"]
    assert {action.name for action in SHIPPED if action.goes_to == "clipboard"} == {"text", "table"}


def test_the_language_is_put_into_the_prompt_and_braces_of_other_kinds_stay() -> None:
    assert "into French." in named(SHIPPED, "translate").question("French")
    assert Action("x", "X", prompt='{"a": {}} in {language}').question("Thai") == '{"a": {}} in Thai'


def test_an_own_file_may_change_one_field_and_the_rest_stays() -> None:
    now = merged(SHIPPED, '[explain]\nprompt = "Explain it to a child."')
    assert named(now, "explain") == Action(
        "explain", "Explain", "e", "Explain it to a child.", reads_text=named(SHIPPED, "explain").reads_text
    )
    assert now[1:] == SHIPPED[1:]


def test_an_own_file_may_hide_add_and_order() -> None:
    own = """
    order = ["poem", "text"]
    [reply]
    hidden = true
    [poem]
    label = "Poem"
    key = "V"
    prompt = "Write a poem about it."
    goes_to = "window"
    """
    now = merged(SHIPPED, own)
    assert [action.name for action in now] == ["poem", "text", "explain", *NAMES[2:], *ABOUT_TEXT]
    assert named(now, "poem") == Action("poem", "Poem", "v", "Write a poem about it.", goes_to="window")
    assert named(now, "reply").hidden


def test_an_empty_own_file_changes_nothing() -> None:
    assert merged(SHIPPED, "") == SHIPPED


def test_a_key_of_the_users_is_taken_from_the_shipped_action_that_had_it() -> None:
    now = merged(SHIPPED, '[reply]\nkey = "e"')
    assert named(now, "reply").key == "e"
    assert named(now, "explain").key == ""
    assert named(now, "explain-text").key == "e", "the panels are two"


def test_a_hidden_action_holds_no_key() -> None:
    now = merged(SHIPPED, '[explain]\nhidden = true\n[new]\nlabel = "New"\nkey = "e"\nprompt = "?"')
    assert named(now, "new").key == "e"


@pytest.mark.parametrize(
    ("own", "says"),
    [
        ("[explain", "not TOML"),
        ("explain = 3", "not a table"),
        ("[explain]\nprompt = 3", "prompt is not text"),
        ('[explain]\nhidden = "no"', "hidden is not true or false"),
        ('[explain]\ncolour = "red"', "unknown field"),
        ('[explain]\ngoes_to = "moon"', "cannot go to"),
        ('[explain]\nabout = "world"', "cannot be about"),
        ('[shorter]\nprompt = ""', "has no prompt"),
        ('[shorter]\nreplaces = "yes"', "replaces is not true or false"),
        ('[explain]\nkey = "ee"', "not one letter"),
        ('[explain]\nkey = "7"', "not one letter"),
        ('[explain]\nkey = "é"', "not one letter"),
        ('[explain]\nkey = "c"', "the panel's own"),
        ('[explain]\nlabel = " "', "is empty"),
        ('[new]\nprompt = "?"', "has no label"),
        ('["Bad name"]\nlabel = "x"', "cannot be called"),
        ('order = "explain"', "not a list"),
        ("order = [3]", "not a list"),
        ('order = ["nothing"]', "does not exist"),
        ('[explain]\nprompt = "' + "x" * 20_001 + '"', "longer than"),
        ("x = " + "[" * 5_000, "not TOML"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence_with_a_hint(own: str, says: str) -> None:
    with pytest.raises(ActionsError, match=says) as caught:
        merged(SHIPPED, own)
    assert caught.value.hint
    assert caught.value.message.endswith(".")


@given(st.text(max_size=200))
def test_any_text_is_actions_or_one_sentence(own: str) -> None:
    with suppress(ActionsError):
        assert {action.name for action in merged(SHIPPED, own)} >= set(NAMES)


def test_what_was_changed_is_all_that_is_written() -> None:
    now = merged(SHIPPED, '[explain]\nkey = "x"')
    assert changes(SHIPPED, now) == '[explain]\nkey = "x"\n'
    assert changes(SHIPPED, SHIPPED) == ""


LABELS = st.text(st.characters(codec="utf-8", exclude_categories=("Zl", "Zp", "Zs", "Cc")), min_size=1, max_size=20)
OWN = st.builds(
    Action,
    st.just("own"),
    LABELS.filter(lambda label: " ".join(label.split()) == label),
    st.sampled_from(["", "z", "y", "e"]),
    st.text(max_size=80).map(str.strip),
    st.booleans(),
    st.sampled_from(["panel", "clipboard", "window"]),
    st.booleans(),
)


@given(OWN, st.permutations(range(len(SHIPPED) + 1)), st.sets(st.sampled_from(NAMES)))
def test_what_the_editor_writes_is_read_again_as_it_was(action: Action, places: list[int], hidden: set[str]) -> None:
    """Whatever was added, hidden and put in order."""
    own = "\n".join(f"[{name}]\nhidden = true" for name in hidden)
    actions = [*merged(SHIPPED, own), action]
    now = merged([actions[place] for place in places], "")
    again = merged(SHIPPED, changes(SHIPPED, now))
    assert [(one.name, one.key) for one in again if one.hidden] == [(one.name, one.key) for one in now if one.hidden]
    assert again == now


def test_an_action_is_found_by_name_and_the_names_are_said_where_there_is_none() -> None:
    assert find(SHIPPED, "text") is find(SHIPPED, "Text ") is SHIPPED[1]
    assert find((replace(SHIPPED[0], label="What is wrong here"), SHIPPED[1]), "what is wrong HERE").name == "explain"
    with pytest.raises(ActionsError, match="called “poem”") as caught:
        find(SHIPPED, "poem")
    assert "explain, text" in caught.value.hint


def test_a_new_action_gets_a_name_nobody_has() -> None:
    assert fresh_name("What’s up?", ()) == "what-s-up"
    assert fresh_name("Text", NAMES) == "text-2"
    assert fresh_name("Order", ()) == "order-2"
    assert fresh_name("読む", ()) == "action"


def test_what_is_typed_in_the_editor_is_checked_the_same_way() -> None:
    assert checked(Action("x", "  A \n B ", "Q")) == Action("x", "A B", "q")
    with pytest.raises(ActionsError, match="the panel's own"):
        checked(Action("x", "X", "S"))


class German(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return {"Explain": "Erklären", "Describe": "Beschreiben"}.get(message, message)


def test_shipped_labels_are_shown_translated_and_own_ones_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = parse_shipped((paths.resources() / "actions.toml").read_text("utf-8"))
    actions = merged(shipped, '[describe]\nlabel = "Describe"\n[poem]\nlabel = "Explain"\nprompt = "?"')
    assert changes(shipped, shipped) == ""
    monkeypatch.setattr(i18n, "_translations", German())
    shown = {action.name: action.shown_label for action in actions}
    assert (shown["explain"], shown["describe"], shown["poem"]) == ("Erklären", "Describe", "Explain")
    assert find(actions, "erklären").name == "explain"
    assert changes(shipped, shipped) == "", "the file holds no translation"


def test_bytes_that_are_no_text_are_shown_as_such_and_can_be_written() -> None:
    (action,) = parse('[mine]\nlabel = "Gr\udcf6\udcdfe"\nprompt = "How \udcf6?"\n')
    assert (action.label, action.prompt) == ("Gr\ufffd\ufffde", "How \ufffd?")
    assert parse(changes((), [action])) == (action,)


@pytest.mark.parametrize(
    "text", ["x = " + "9" * 5000, "[mine]\nlabel = " + "9" * 5000, "x = " + "[" * 5000, "a" + ".a" * 3000 + " = 1"]
)
def test_toml_that_python_cannot_read_is_said_in_a_sentence(text: str) -> None:
    with pytest.raises(ActionsError) as caught:
        parse(text)
    assert "set_int_max_str_digits" not in caught.value.text
    assert len(caught.value.message) < 200
