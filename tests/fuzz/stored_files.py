"""The files that Fanlight keeps for a user, each made by what writes it, and broken in many ways: settings, models,
window, quick actions, journals. The same number always gives the same file."""

from __future__ import annotations

import functools
import json
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from fuzz.byte_changes import SIMPLE, Chance, repeat, some

NAMES = {
    "settings": "settings.json", "models": "models.json", "window": "window.json", "actions": "actions.toml",
    "parts": "parts.jsonl", "answers": "answers.json.journal", "questions": "questions.json",
}  # fmt: skip
_ACTIONS = """
order = ["translate", "mine"]
[translate]
key = "x"
hidden = true
[mine]
label = "Größe"
key = "g"
prompt = \"\"\"How large is it?
In {language}.\"\"\"
text_beside_picture = true
goes_to = "clipboard"
"""
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63, 10**400, -(10**400), 0.5, 1e308, float("inf"), float("nan"), "", "x",
    "x" * 100_000, "\ud83d", "\0", "../../etc/passwd", "/dev/zero", "\n" * 50, "ü模🙂", "1", "true", [], {}, [[]],
    [None], {"": {}}, {"a": [1, {"b": None}]}, [0] * 5000, ["x", 1, None, {}], {str(n): n for n in range(3000)},
)  # fmt: skip
_DEEP = (60, 900, 20_000, 200_000)


@functools.cache
def sound_files() -> dict[str, bytes]:
    """kind -> what a sound one holds."""
    from fanlight.batch.answer_journal import AnswerJournal
    from fanlight.catalog.registrations import Registrations
    from fanlight.domain.models import ModelAddress, ModelSpec
    from fanlight.domain.speech import Word
    from fanlight.domain.transcription import TranscriptionPart
    from fanlight.edited_json import written
    from fanlight.settings import Settings
    from fanlight.settings_file import save_settings
    from fanlight.speech.journal import Journal

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = replace(Settings(), theme="dark", system_prompt="Be brief. Größe, 模.", temperature=0.3, threads=2)
        save_settings(settings, folder / NAMES["settings"])
        models = Registrations(folder / NAMES["models"])
        models.add_or_replace(ModelSpec.of_files("mine", Path("/models/a.gguf"), Path("/models/mmproj.gguf")))
        models.add_or_replace(ModelSpec.of_files("ü 2", Path("/models/ü.gguf"), None))
        models.add_or_replace(ModelSpec("there", ModelAddress("http://localhost:1", "x", supports_images=True)))
        state = {"geometry": "AdnQywAD" * 20, "sidebar": True, "transcribe_language": "de", "width": 300, "draft": "Hm"}
        (folder / NAMES["window"]).write_bytes(written(state))
        (folder / NAMES["actions"]).write_text(_ACTIONS, "utf-8")
        journal = Journal(folder, "parts")
        for upto in (10.0, 21.5, 30.0):
            journal.add(TranscriptionPart(upto, (Word(" Größe", upto - 3, upto - 2, 0.9), Word(" b", 1, 2)), "de"))
        journal.finish()
        answers = AnswerJournal([folder / NAMES["answers"]])
        answers.open()
        for number in range(5):
            answers.add(f"key {number}", {"id": number, "answer": "Größe " * 20, "complete": True, "timings": {}})
        answers.close()
        items = [{"id": n, "images": [f"{n}.png"], "question": ["What?", "ü"] if n else "What?"} for n in range(4)]
        (folder / NAMES["questions"]).write_text(json.dumps(items, indent=1), "utf-8")
        return {kind: (folder / file).read_bytes() for kind, file in NAMES.items()}


def broken_file(kind: str, chance: Chance) -> tuple[str, bytes]:
    """(what was done, the file)"""
    data, done = sound_files()[kind], [kind]
    ways = (*SIMPLE, repeat, other_values, other_values, other_values, other_text, drop_lines)
    for change in some(ways, chance):
        data = change(data, chance)
        done.append(change.__name__)
    if chance.random() < 0.15:
        encode = chance.choice(_ENCODINGS)
        data = encode(data)
        done.append("in another encoding")
    return " ".join(done), data


def other_values(data: bytes, chance: Chance) -> bytes:
    """Values of another kind at their places in the JSON, or an odd one in the TOML."""
    lines = data.split(b"\n") if data[:1] == b"{" and b"}\n{" in data else [data]
    at = chance.randrange(len(lines))
    try:
        found = json.loads(lines[at])
    except (ValueError, RecursionError):
        return _other_toml(data, chance)
    for _ in range(chance.choice((1, 1, 3))):
        found = _changed(found, chance, 0)
    lines[at] = json.dumps(found).encode()
    return b"\n".join(lines)


def _changed(value: Any, chance: Chance, depth: int) -> Any:
    """Somewhere inside, or the whole."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(list(value))
        match chance.randrange(6):
            case 0:
                return {name: one for name, one in value.items() if name != key}
            case 1:
                return value | {chance.choice(("", "x", key + "x", "\ud83d", "language", "models", "key")): value[key]}
            case _:
                return value | {key: _changed(value[key], chance, depth + 1)}
    if isinstance(value, list) and value and chance.random() < 0.8:
        at = chance.randrange(len(value))
        return [*value[:at], _changed(value[at], chance, depth + 1), *value[at + chance.choice((0, 1)) :]]
    return chance.choice(VALUES)


def _other_toml(data: bytes, chance: Chance) -> bytes:
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    key = lines[at].split(b"=")[0] if b"=" in lines[at] else chance.choice((b"order", b"x", b"[mine]", b"mine.key"))
    odd = (b"9" * 5000, b"nan", b"[" * 300, b"{a = 1}", b'"x"', b"1979-05-27T07:32:00Z", b"''", b"true", b"[[1]]")
    lines[at] = key + b" = " + chance.choice(odd)
    return b"\n".join(lines)


def other_text(data: bytes, chance: Chance) -> bytes:
    """What stands somewhere in the text that no program would write."""
    pieces = (
        b"\0", b"\xff", b"\xed\xa0\xbd", b"\\ud83d", b"NaN", b"1e999", b"9" * 5000, b"-", b"//", b"\r\n", b'"', b",,",
        b"\\u0000", b"{}", b"]", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\\", b"'", b"\x1b[31m",
        *(bracket * count for bracket in (b"[", b'{"a":') for count in _DEEP),
    )  # fmt: skip
    at = chance.choice((0, len(data), chance.randrange(len(data) + 1)))
    return data[:at] + chance.choice(pieces) + data[at + chance.choice((0, 0, 1, 8)) :]


def drop_lines(data: bytes, chance: Chance) -> bytes:
    lines = data.split(b"\n")
    chance.shuffle(lines)
    return b"\n".join(lines[: chance.randrange(len(lines) + 1)])


def _nested(data: bytes) -> bytes:
    return b'{"a":' * 2000 + data + b"}" * 2000


_ENCODINGS: tuple[Callable[[bytes], bytes], ...] = (
    lambda data: b"\xef\xbb\xbf" + data,
    lambda data: data.decode("utf-8", "replace").encode("utf-16", "surrogatepass"),
    lambda data: data.decode("utf-8", "replace").encode("utf-16-be", "surrogatepass"),
    lambda data: data.decode("utf-8", "replace").encode("utf-32", "surrogatepass"),
    lambda data: data.decode("utf-8", "replace").encode("cp1252", "replace"),
    lambda data: data.replace(b"\n", b"\r\n"),
    lambda data: b"\x1f\x8b" + data,
    lambda _: b"",
    lambda data: bytes(len(data)),
    _nested,
)
