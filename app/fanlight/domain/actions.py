"""Quick actions: what can be asked of a capture, or of selected text, with Alt and a letter. Parsed from TOML, the
user's own laid over the shipped.

    [text]
    label = "Text"
    key = "t"
    prompt = ""                    # none: the answer is the text in the picture itself
    text_beside_picture = false
    goes_to = "clipboard"          # "panel", "clipboard", "window", or "place": over the text itself, translated
    about = "capture"              # or "selection"
    replaces = false               # the answer is shown as a change of the selected text, and can take its place
    hidden = false

The user's own file may set any of these fields of any action, new names make new actions, and `order = [names]` puts
some first.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from fanlight.domain.errors import ActionsError
from fanlight.domain.unicode import well_formed
from fanlight.i18n import _, format_number

GoesTo = Literal["panel", "clipboard", "window", "place"]
GOES_TO: tuple[GoesTo, ...] = get_args(GoesTo)
Subject = Literal["capture", "selection"]
SUBJECTS: tuple[Subject, ...] = get_args(Subject)

RESERVED = "acmops"
"""Keys of the panel itself: ask on, copy, speak (held), open in the window, pin, same rectangle again. Digits run the
actions by their places."""
LONGEST_PROMPT, LONGEST_LABEL = 20_000, 40
ORDER = "order"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_FIELDS: dict[str, type] = {
    "label": str, "key": str, "prompt": str, "text_beside_picture": bool, "goes_to": str, "about": str,
    "replaces": bool, "hidden": bool,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Action:
    """`key` is one lower-case letter, or "" for none. `reads_text`: the text in the picture is put beside it.
    `replaces`: the answer can take the place of the selected text. `is_label_shipped`: the label is Fanlight's own, and
    translated; a user's own is shown as it is."""

    name: str
    label: str
    key: str = ""
    prompt: str = ""
    reads_text: bool = False
    goes_to: GoesTo = "panel"
    hidden: bool = False
    about: Subject = "capture"
    replaces: bool = False
    is_label_shipped: bool = field(default=False, compare=False)

    @property
    def shown_label(self) -> str:
        return _(self.label) if self.is_label_shipped else self.label

    @property
    def asks(self) -> bool:
        """Whether a model answers; else the text in the picture is the answer."""
        return bool(self.prompt) or self.goes_to == "place"

    def question(self, language: str) -> str:
        """The prompt, with the language in its place."""
        return self.prompt.replace("{language}", language)


def parse(text: str) -> tuple[Action, ...]:
    """All actions of a file that stands alone, in its order, hidden ones too. Raises ActionsError."""
    return merged((), text)


def parse_shipped(text: str) -> tuple[Action, ...]:
    """As `parse`, of Fanlight's own file. Raises ActionsError."""
    return tuple(replace(action, is_label_shipped=True) for action in parse(text))


def merged(shipped: Sequence[Action], own: str) -> tuple[Action, ...]:
    """`shipped` with the TOML text of the user's own file laid over it; a key used by both goes to the user's action.
    Raises ActionsError: nothing of a file that is wrong somewhere is used."""
    tables = _read_actions(own)
    order = _order(tables.pop(ORDER, []))
    actions = {action.name: action for action in shipped}
    for name, fields in tables.items():
        actions[name] = _laid_over(actions.get(name), name, fields)
    if unknown := [name for name in order if name not in actions]:
        raise ActionsError(_("The order names an action “{name}” that does not exist.").format(name=unknown[0]))
    first = [actions.pop(name) for name in order]
    return _keyed([*first, *actions.values()], {name for name, fields in tables.items() if "key" in fields})


def usable(shipped: Sequence[Action], own: str) -> tuple[tuple[Action, ...] | None, ActionsError | None]:
    """As `merged`, but one table that is wrong costs that table alone: with what is wrong in the first of them. None
    where none of them is right."""
    try:
        return merged(shipped, own), None
    except ActionsError as error:
        first = error
    head, *rest = re.split(r"^(?=[ \t]*\[)", own, flags=re.MULTILINE)
    good = ""
    for table in [*rest, head]:
        longer = f"{table}\n{good}" if table is head else f"{good}\n{table}"
        try:
            merged(shipped, longer)
        except ActionsError:
            continue
        good = longer
    return (merged(shipped, good) if good.strip() else None), first


def changes(shipped: Sequence[Action], now: Sequence[Action]) -> str:
    """The user's file (TOML) that turns `shipped` into `now`: `merged(shipped, changes(shipped, now)) == now`. A
    shipped action that is not in `now` is hidden."""
    base = {action.name: action for action in shipped}
    missing = [replace(action, hidden=True) for action in shipped if action.name not in {one.name for one in now}]
    wanted = [*now, *missing]
    parts: list[str] = []
    own = [action.name for action in wanted if action.name not in base]
    if [action.name for action in wanted] != [*base, *own]:
        parts.append(f"{ORDER} = [{', '.join(_quoted(action.name) for action in wanted)}]\n")
    for action in wanted:
        before = _as_toml(base[action.name]) if action.name in base else {}
        lines = [f"{field} = {value}" for field, value in _as_toml(action).items() if before.get(field) != value]
        if lines:
            parts.append("\n".join([f"[{action.name}]", *lines]) + "\n")
    return "\n".join(parts)


def find(actions: Iterable[Action], name: str) -> Action:
    """By name, or by label, in any case; hidden ones too. Raises ActionsError."""
    known, wanted = tuple(actions), name.strip().casefold()
    by_name = [action for action in known if action.name == wanted]
    by_label = [action for action in known if wanted in (action.label.casefold(), action.shown_label.casefold())]
    if found := by_name + by_label:
        return found[0]
    names = ", ".join(action.name for action in known if not action.hidden)
    raise ActionsError(
        _("There is no quick action called “{name}”.").format(name=name),
        _("Quick actions: {names}.").format(names=names),
    )


def fresh_name(label: str, taken: Iterable[str]) -> str:
    """A name for a new action, derived from its label and not in `taken`."""
    stem = re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")[:24] or "action"
    used = {*taken, ORDER}
    return next(name for name in (stem, *(f"{stem}-{n}" for n in range(2, 10_000))) if name not in used)


def _read_actions(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reason = str(error)
    except RecursionError:
        reason = _("nested too deeply")
    except ValueError:  # Python reads no number of thousands of digits
        reason = _("a number is too long")
    raise ActionsError(_("The file of quick actions is not TOML: {reason}.").format(reason=reason)) from None


def _order(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise ActionsError(_("The order of the quick actions is not a list of names."))
    return tuple(dict.fromkeys(value))


def _laid_over(base: Action | None, name: str, fields: object) -> Action:
    if not _NAME.fullmatch(name):
        raise ActionsError(
            _("A quick action cannot be called “{name}”.").format(name=name[:40]),
            _("Use lower-case letters, digits, - and _."),
        )
    if not isinstance(fields, Mapping):
        raise ActionsError(
            _("The quick action “{name}” is not a table of fields.").format(name=name),
            _("Begin it with [{name}].").format(name=name),
        )
    for key, value in fields.items():
        if key not in _FIELDS:
            why = _("The quick action “{name}” has an unknown field “{field}”.")
        elif isinstance(value, _FIELDS[key]):
            continue
        elif _FIELDS[key] is bool:
            why = _("In the quick action “{name}”, {field} is not true or false.")
        else:
            why = _("In the quick action “{name}”, {field} is not text.")
        raise ActionsError(why.format(name=name, field=key))
    if base is None and not fields.get("label"):
        raise ActionsError(_("The quick action “{name}” has no label.").format(name=name))
    values = {("reads_text" if key == "text_beside_picture" else key): value for key, value in fields.items()}
    if "label" in values:
        values["is_label_shipped"] = False
    if "prompt" in values:
        values["prompt"] = values["prompt"].strip()
    return checked(replace(base or Action(name, ""), **values))


def checked(action: Action) -> Action:
    """The action with its key in lower case, its label's spaces collapsed, and without bytes that are no text. Raises
    ActionsError for an invalid value."""
    name, key = action.name, action.key.lower()
    label, prompt = (well_formed(text) for text in (" ".join(action.label.split()), action.prompt))
    if not label or len(label) > LONGEST_LABEL:
        raise ActionsError(
            _("The label of the quick action “{name}” is empty or longer than {count} characters.").format(
                name=name, count=format_number(LONGEST_LABEL)
            )
        )
    if len(action.prompt) > LONGEST_PROMPT:
        raise ActionsError(
            _("The prompt of the quick action “{name}” is longer than {count} characters.").format(
                name=name, count=format_number(LONGEST_PROMPT)
            )
        )
    if action.goes_to not in GOES_TO:
        raise ActionsError(
            _("The answer of “{name}” cannot go to “{place}”.").format(name=name, place=action.goes_to),
            _("Use one of these: {places}.").format(places=", ".join(GOES_TO)),
        )
    if action.about not in SUBJECTS:
        raise ActionsError(
            _("The quick action “{name}” cannot be about “{subject}”.").format(name=name, subject=action.about),
            _("Use one of these: {places}.").format(places=", ".join(SUBJECTS)),
        )
    if action.about == "selection" and action.goes_to == "place":
        raise ActionsError(
            _("The answer of “{name}” cannot go to “{place}”.").format(name=name, place=action.goes_to),
            _("Only the text of a capture is translated in its place."),
        )
    if action.about == "selection" and not prompt.strip():
        raise ActionsError(
            _("The quick action “{name}” is about selected text and has no prompt.").format(name=name),
            _("Write what the model is to do with the text."),
        )
    if key and not (len(key) == 1 and key.isascii() and key.isalpha()):
        raise ActionsError(_("The key of the quick action “{name}” is not one letter from a to z.").format(name=name))
    if key and key in RESERVED:
        raise ActionsError(
            _("The key “{key}” of the quick action “{name}” is the panel's own.").format(key=key, name=name),
            _("Use another letter."),
        )
    return replace(action, key=key, label=label, prompt=prompt)


def _keyed(actions: Sequence[Action], own: set[str]) -> tuple[Action, ...]:
    """Each key once in each panel: the first of the user's actions (names in `own`) keeps it, before any shipped
    one."""
    holder: dict[tuple[Subject, str], str] = {}
    for action in sorted(actions, key=lambda action: action.name not in own):
        if action.key and not action.hidden:
            holder.setdefault((action.about, action.key), action.name)
    return tuple(
        action
        if action.hidden or holder.get((action.about, action.key), action.name) == action.name
        else replace(action, key="")
        for action in actions
    )


def _as_toml(action: Action) -> dict[str, str]:
    """All fields under the names of the file, as TOML values."""
    return {
        "label": _quoted(action.label),
        "key": _quoted(action.key),
        "prompt": _quoted(action.prompt),
        "text_beside_picture": str(action.reads_text).lower(),
        "goes_to": _quoted(action.goes_to),
        "about": _quoted(action.about),
        "replaces": str(action.replaces).lower(),
        "hidden": str(action.hidden).lower(),
    }


def _quoted(text: str) -> str:
    """A TOML string: lines stay lines where there are several."""
    escaped = "".join(_escaped(character) for character in text)
    if "\n" in text:
        return f'"""\n{escaped}"""'
    return f'"{escaped}"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character == "\n" or (ord(character) >= 0x20 and ord(character) != 0x7F and not _surrogate(character)):
        return character
    return "" if _surrogate(character) else f"\\u{ord(character):04x}"


def _surrogate(character: str) -> bool:
    return 0xD800 <= ord(character) <= 0xDFFF
