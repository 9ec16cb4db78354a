"""Texts for people in the sources: all of them are marked, each is a whole literal, none is looked up too early."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

from support.unmarked import MARKS, unmarked

APP = Path(__file__).parents[1] / "app" / "fanlight"
SOURCES = sorted(APP.rglob("*.py"))

NOT_FOR_PEOPLE: dict[str, tuple[str, ...]] = {
    "audio/loopback/listening_process.py": (r"exit \{\}",),  # to the log
    "core/captions/transcript.py": (r"yyyy-MM-dd HH-mm",),
    "cli/output.py": (r"fanlight: \{\}\n",),
    "cli/window.py": (r"Describe the picture\.", r"\{\}\n\n\$ fanlight ask .*"),  # to the model
    "desktop/scanners.py": (r"[a-z -]+",),  # as scanimage words it
    "core/capture/tiles.py": (r"The \{count\} pictures are .*", r"The first \{count\}"),  # to the model
    "documents/files.py": (r"another number of pages", r"no such number"),  # to the log
    "documents/formats/mail.py": (r"Attached: \{\}",),  # to the model
    "documents/formats/open_document.py": (r"Notes: \{\}",),
    "documents/formats/slides.py": (r"Notes: \{\}",),
    "domain/clips.py": (
        r"\{\} long",
        r"from \{\} to .*",
        r"Pictures from the video .*",
        r".* behind (its|their) times?",
    ),  # to the model
    "domain/sounds.py": (r"sound \{\}:",),
    "domain/documents.py": (
        r"(all|parts) of it",
        r"What is said in .*",
        r"(pages )?\{\}( pages| of \{\})",
        r"From the document .*",
        r"The recording .*",
        r"There is no text of what is said .*",
        r"\(This page .*",
    ),  # to the model
    "core/structured/structured_reading.py": (
        r"Read the values .*",
        r"The text of the page:",
        r": each with .*",
    ),  # to the model
    "core/many_pictures/run_templates.py": (r"Write a.*", r"Name up to .*"),  # to the model
    "exchange/table_files.py": (r".*",),  # XML
    "domain/date_words.py": (r".*",),  # what people write
    "domain/event_details.py": (r"The following text was read .*",),  # to the model
    "exchange/xmp_side_car.py": (r"[<\n].*",),  # XML
    "domain/translated_text.py": (r"Translate the .*", r" These must .*", r" Write nothing .*"),  # to the model
    "evaluation/cases.py": (
        r"(Hint|Question): .*",
        r"Options:",
        r"Please select .*",
    ),  # to the model
    "evaluation/drawn_pairs.py": (r"Is there a .*", r"How many .*", r"\{\} \{\} \{\}"),  # to the model; ids
    "evaluation/fairness_documents.py": (r"\{?<.*",),  # HTML
    "evaluation/pairs.py": (r"the (first|second) picture",),  # to the model
    "evaluation/report_page.py": (r"\n.*", r"\{?<.*"),  # HTML and CSS
    "evaluation/scoring.py": (r"\(\?.*",),  # patterns
    "exchange/reading.py": (r"Open WebUI", r"LM Studio"),  # names of programs
    "exchange/formula_svg.py": (r"\n\.formula.*", r"0 .*", r"<svg.*"),  # SVG and CSS
    "exchange/region_figures.py": (r"\nfigure.*", r"<.*", r"(fill|width|viewBox|font-family)=.*"),  # SVG and CSS
    "exchange/web_page.py": (r"\n:root.*", r"<.*", r"default-src.*"),  # HTML and CSS
    "synthesis/english_words.py": (r".*",),  # what the English voice reads
    "store/mending.py": (r"CASE WHEN .*",),  # a part of a query
    "store/search_match.py": (r"NEAR\(\{\}, \{\}\)",),  # the same
    "core/chat/model_titles.py": (r"Give the following .*",),  # to the model
    "domain/notes.py": (r"Notes that .*", r"If the user .*"),  # to the model
    "core/dictation/spoken_marks.py": (r".*",),  # what people say
    "domain/language_tags.py": (r".*",),  # what people may write
    "domain/written_language.py": (r".*",),  # common words of languages
    "engine/devices.py": ("microsoft basic render",),  # a driver's name
    "engine/scripted.py": (".*",),  # the fake engine: its words are a test's
    "engine/families.py": (  # of templates, and to the model
        r"\{%.*",
        r"Here are my reasoning steps:",
        r"\[BEGIN FINAL RESPONSE\]",
        r"Represent the user's input\.",
    ),
    "gguf/architectures.py": (r"\n.*",),  # lists of names
    "gguf/projectors.py": (r"\n.*",),
    "gguf/model_names.py": (r"\n.*", r"vision .*"),  # words in names
    "ui/settings/action_words.py": (r"What is in this picture\?",),  # to the model
    "speech/device.py": (r".*",),  # for the log
    "engine/device_probe.py": (r".*",),  # to the model, and for the log
    "core/chat/command_question.py": (r"the window .*",),  # for the command line's log
    "synthesis/sapi.py": (r"\n.*",),  # PowerShell
    "store/database.py": (r"id, CAST.*", r"\{\}, CAST.*", r"message\..*"),  # parts of queries
    "store/picture_index.py": (r"\(instr.*",),  # parts of queries
    "store/unread_pictures.py": (r"NOT has_text.*", r"\(\(vector IS NULL.*", r"WHERE id = \?"),
    "store/shown_pictures.py": (r"FROM part.*", r"CAST\(.*"),
    "store/picture_tables.py": (r"\n    BEGIN.*", r"version=.*"),
    "store/merging.py": (r"[a-z0-9_]+(, [a-z0-9_]+)+",),  # columns
    "desktop/activation.py": (r"remove: .*",),  # the startup notification protocol
    "desktop/insertion/virtual_keyboard.py": (r"xkb_keymap .*",),
    "ipc/address.py": (r"~/Library.*",),
    "ipc/client.py": (r"fanlight: .*",),
    "ipc/wire.py": (r"(no|another|pictures) .*",),  # why a request is malformed, for the log
    "parsing/channel.py": (r"cut off|(a|an|no|memory) .*",),  # why an answer is not believed, for the log
    "parsing/pool.py": (r"(a second|no) answer",),
    "pictures/files.py": (r"(no|too many) answers?",),
    "parsing/process.py": (r"exit status \{\}",),
    "parsing/confinement.py": (r"Landlock \{\}",),  # a name
    "speech/media_files.py": (r"no (sound|length|channels)",),
    "ipc/single_instance.py": (r"quiet for too long",),  # for the log
    "core/capture/questions.py": (  # to the model
        r"What is written in this picture\?",
        r"The first picture shows .*",
    ),
    "desktop/bus_service.py": (r"<node>.*",),
    "desktop/bus_calls.py": (r"org\.freedesktop\..*",),
    "desktop/login.py": (r"\[Desktop Entry\].*",),
    "gguf/text.py": (r"\{\}\.\w+\.",),  # keys
    "synthesis/espeak.py": (r"\{\}, espeak-ng",),  # names
    "synthesis/bundled_voice.py": (r"Heart, hibari",),
    "synthesis/piper.py": (r"\{\}, Piper",),
    "domain/reading.py": (r"The text in the picture, as it was read there:",),
    "domain/endpointing.py": (r"timed out",),
    "audio/deadline_executor.py": (r"sound library",),  # a thread's name
    "gguf/kv_cache.py": (r"ssm\..*",),  # keys of GGUF's metadata
    "catalog/known_models.py": (r"not run by us",),  # a value of catalog.toml
    "catalog/programs/hub.py": (r"Hugging Face",),  # names
    "catalog/programs/lm_studio.py": (r"LM Studio",),
    "catalog/programs/places.py": (r"Application Support",),
    "fetch/web.py": (r"Bearer \{\}",),  # a header
    "fetch/served_chat.py": (r"Bearer \{\}",),  # a header
    "video/camera.py": (r"(no|another) (picture|size)",),  # to the log
    "video/camera_problems.py": (r"flatpak override .*",),  # a command
    "video/files.py": (r"too many frames", r"no (frames?|shots|such number)"),  # to the log
    "gguf/encoder_shape.py": (r"clip\..*",),
}
"""Texts that look like prose and that no person reads: prompts to a model, code. By file, as patterns."""


def name_of(path: Path) -> str:
    return path.relative_to(APP).as_posix()


def where(path: Path, line: int) -> str:
    return f"{name_of(path)}:{line}"


def test_every_text_for_people_is_marked_for_translation() -> None:
    found = [
        f"{where(path, line)}: {text!r}"
        for path in SOURCES
        for line, text in unmarked(path.read_text("utf-8"))
        if not any(re.fullmatch(pattern, text, re.DOTALL) for pattern in NOT_FOR_PEOPLE.get(name_of(path), ()))
    ]
    assert found == []


def test_what_is_marked_is_a_literal_with_named_placeholders() -> None:
    """Anything else could not be extracted, or not be put in another order."""
    wrong = []
    for path, call in _marked_calls():
        texts = call.args[:2] if _called(call) in ("ngettext", "pgettext") else call.args[:1]
        for text in texts:
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                names = [name for _text, name, _spec, _conversion in string.Formatter().parse(text.value)]
                wrong += [
                    f"{where(path, call.lineno)}: {text.value!r}" for name in names if name is not None and not name
                ]
            elif isinstance(text, ast.JoinedStr | ast.BinOp) or _called(call) != "_":  # `_(label)` shows an `N_`
                wrong.append(f"{where(path, call.lineno)}: not a literal")
    assert wrong == []


def test_no_text_is_marked_inside_an_f_string() -> None:
    """There it is not found by the extraction, and is English in every language."""
    hidden = [
        where(path, call.lineno)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.JoinedStr)
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        and _called(call) in MARKS
        and any(isinstance(argument, ast.Constant) for argument in call.args)
    ]
    assert hidden == []


def test_a_text_gets_all_that_its_placeholders_name() -> None:
    """And nothing else: a placeholder without a value would raise KeyError where the text is needed."""
    wrong = []
    for path in SOURCES:
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            match call:
                case ast.Call(
                    func=ast.Attribute(value=ast.Call(args=[*texts]) as marked, attr="format"), keywords=given
                ) if _called(marked) in MARKS and all(keyword.arg for keyword in given):
                    wanted = {
                        name
                        for text in texts
                        if isinstance(text, ast.Constant) and isinstance(text.value, str)
                        for _text, name, _spec, _conversion in string.Formatter().parse(text.value)
                        if name
                    }
                    literal = any(isinstance(text, ast.Constant) for text in texts)
                    if literal and wanted != {keyword.arg for keyword in given}:
                        wrong.append(f"{where(path, call.lineno)}: {sorted(wanted)}")
    assert wrong == []


def test_no_text_is_looked_up_before_the_language_is_known() -> None:
    """A call in a module's or a class's body, a default or a decorator runs at the import: there `N_` marks, and `_`
    follows when it is shown."""
    early = [
        where(path, call.lineno)
        for path in SOURCES
        for node in _run_at_import(ast.parse(path.read_text("utf-8")))
        for call in _calls_outside_lambdas(node)
        if _called(call) in MARKS - {"N_"}
    ]
    assert early == []


def test_a_function_that_looks_texts_up_has_no_variable_called_underscore() -> None:
    """`for _ in …` would hide the function; such a variable is called `_unused`, or what it is."""
    hidden = [
        where(path, function.lineno)
        for path in SOURCES
        for function in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        and any(isinstance(node, ast.Call) and _called(node) == "_" for node in ast.walk(function))
        and any(_binds_underscore(node) for node in ast.walk(function))
    ]
    assert hidden == []


def test_the_nets_catch_what_they_are_for() -> None:
    source = '''
"""Docstrings are for programmers."""
log.warning("the disk is slow")
button.setText("Copy")
button.setText(_("Copy"))
raise InputError("The file is empty.", hint=f"Choose {name} again.")
return "Listening to you" if on else ""
execute("SELECT a FROM b")
if text == "two words": pass
tool("copy", "Copy")
'''
    assert [text for _line, text in unmarked(source)] == [
        "Copy",
        "The file is empty.",
        "Choose {} again.",
        "Listening to you",
        "Copy",
    ]


def _marked_calls() -> Iterator[tuple[Path, ast.Call]]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _called(node) in MARKS and node.args and path.name != "i18n.py":
                yield path, node


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _run_at_import(tree: ast.AST) -> Iterator[ast.AST]:
    """Statements of modules and classes, and what of functions runs where they are defined."""
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from node.decorator_list
                yield from node.args.defaults
                yield from (default for default in node.args.kw_defaults if default is not None)
            case ast.ClassDef() | ast.If() | ast.Try() | ast.With():
                yield from _run_at_import(node)
            case _:
                yield node


def _calls_outside_lambdas(node: ast.AST) -> Iterator[ast.Call]:
    if isinstance(node, ast.Lambda):
        return
    if isinstance(node, ast.Call):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from _calls_outside_lambdas(child)


def _binds_underscore(node: ast.AST) -> bool:
    match node:
        case ast.Name(id="_", ctx=ast.Store()) | ast.arg(arg="_"):
            return True
        case ast.MatchAs(name=name) | ast.ExceptHandler(name=name):
            return name == "_"
    return False
