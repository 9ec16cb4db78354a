"""The words of `fanlight models`."""

from __future__ import annotations

import argparse
from pathlib import Path

from fanlight.cli.argument_values import megabytes_per_second
from fanlight.cli.command_parser import CommandParser, runs_lazily
from fanlight.i18n import _


def add_model_commands(models: argparse.ArgumentParser) -> None:
    verbs = models.add_subparsers(title=_("commands"), metavar="COMMAND", required=True, parser_class=CommandParser)
    show = verbs.add_parser("list", help=_("list the models, those of other programs too, and whether they fit"))
    show.add_argument("--json", action="store_true", help=_("print JSON"))
    show.set_defaults(run=runs_lazily("models", "show"))
    one = verbs.add_parser("show", help=_("show what is known of one model, and how its answers are sampled"))
    one.add_argument("name", metavar="NAME|FILE")
    one.add_argument("--json", action="store_true", help=_("print JSON"))
    one.set_defaults(run=runs_lazily("model_facts"))
    add = verbs.add_parser("add", help=_("add a model file; it stays where it is"))
    add.add_argument("file", type=Path, metavar="FILE.gguf")
    add.add_argument(
        "--projector",
        type=Path,
        metavar="FILE.gguf|none",
        help=_("its projector (mmproj), or none; otherwise its own is looked for next to the model"),
    )
    add.add_argument("--name", help=_("what to call it; otherwise the file's name"))
    add.set_defaults(run=runs_lazily("models", "add"))
    serve = verbs.add_parser(
        "add-server", help=_("add a model of a server of your own (llama-server, LM Studio, vLLM)")
    )
    serve.description = _("Nothing is sent before a question is asked with it. A key is read from FANLIGHT_SERVER_KEY.")
    serve.add_argument("address", metavar="URL", help=_("as http://HOST:PORT, without /v1"))
    serve.add_argument("model", metavar="MODEL", help=_("its name on the server"))
    serve.add_argument("--text-only", action="store_true", help=_("it does not support pictures"))
    serve.add_argument("--name", help=_("what to call it; otherwise its name on the server"))
    serve.set_defaults(run=runs_lazily("models", "add_server"))
    _add_fetching(verbs)
    tune = verbs.add_parser("tune", help=_("measure how a model is computed the fastest here, for about a minute"))
    tune.description = _(
        "What is found is kept for this model and this computer, and used from its next load on. Close other programs "
        "before: they are measured along."
    )
    tune.add_argument("name", metavar="NAME|FILE", nargs="?", help=_("otherwise the chosen model"))
    tune.add_argument("--reset", action="store_true", help=_("forget what was found: it is computed as usual"))
    tune.set_defaults(run=runs_lazily("models_tune"))
    rename = verbs.add_parser("rename", help=_("call a model by another name"))
    rename.add_argument("name", metavar="NAME")
    rename.add_argument("new_name", metavar="NEW_NAME")
    rename.set_defaults(run=runs_lazily("models", "rename"))
    remove = verbs.add_parser("remove", help=_("remove a model from the list; its files stay"))
    remove.add_argument("name", metavar="NAME")
    remove.set_defaults(run=runs_lazily("models", "remove"))


def _add_fetching(verbs: argparse._SubParsersAction[CommandParser]) -> None:
    get = verbs.add_parser("get", help=_("fetch a model of the catalog, and add it"), allow_abbrev=False)
    get.description = _(
        "The only command that connects to the internet: it asks first, fetches by a process of its own, and checks "
        "what came. Ctrl+C pauses; the same command goes on."
    )
    get.add_argument("name", metavar="NAME", help=_("a name from `fanlight models catalog`, or an address of the hub"))
    get.add_argument("--yes", action="store_true", help=_("do not ask"))
    get.add_argument(
        "--limit", type=megabytes_per_second, default=0.0, metavar="MB/S", help=_("at most so many megabytes a second")
    )
    get.add_argument(
        "--mirror", action="append", default=[], metavar="URL", help=_("a mirror of the hub, to be tried first")
    )
    get.set_defaults(run=runs_lazily("models_get", "get"))
    show = verbs.add_parser("catalog", help=_("list the models that can be fetched"), allow_abbrev=False)
    show.add_argument("--json", action="store_true", help=_("print JSON"))
    show.set_defaults(run=runs_lazily("models_get", "show_catalog"))
