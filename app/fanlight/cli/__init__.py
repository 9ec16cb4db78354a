"""`fanlight` on the command line: the same parts as the window, as text.

Exit status: 0 done; 1 could not (no screen, a batch with bad items, an answer cut off, a full stdout, a bug); 2 wrong
usage; 3 bad input; 4 trouble with the model; 130, 129, 143 stopped with Ctrl+C, by a closed terminal, by `kill`; 141
the reader of the output went away (a broken pipe).
"""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from fanlight import i18n, paths
from fanlight.cli.arguments import parse
from fanlight.cli.output import (
    FAILED,
    GONE,
    STOPPED,
    USAGE,
    complain,
    complain_about,
    start_log,
    status_of,
)
from fanlight.cli.own_files import complain_about_edited_files, complain_about_relative_home
from fanlight.cli.signals import StoppedBySignal, ending_signals
from fanlight.cli.streams import abandon, finish_streams, prepare_streams
from fanlight.domain.errors import FanlightError, bug_sentence
from fanlight.domain.processor import check_processor
from fanlight.i18n import _
from fanlight.ipc.address import home
from fanlight.settings_file import stored_language

log = logging.getLogger(__name__)


def main(argv: Sequence[str]) -> int:
    """Runs one command and gives its exit status; every way it can end passes here."""
    prepare_streams()
    try:
        with ending_signals():
            i18n.use(stored_language(Path(home())))
            was_relative = paths.fix_home()
            options = parse(argv)
            if options.machine_output:
                i18n.use(i18n.SOURCE_LANGUAGE)
            if was_relative:
                complain_about_relative_home()
            check_processor()
            start_log(options.verbose, required=options.command is not None)
            if options.command is not None:  # the window says it itself
                complain_about_edited_files()
            status = int(options.run(options))
    except SystemExit as end:  # argparse: --help, --version, wrong usage
        status = end.code if isinstance(end.code, int) else USAGE
    except KeyboardInterrupt as end:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # pressed again while Python ends: at once
        status = end.status if isinstance(end, StoppedBySignal) else STOPPED
    except BrokenPipeError:
        abandon(sys.stdout)
        status = GONE
    except FanlightError as error:
        log.info("%s", error, exc_info=True)
        complain_about(error)
        status = status_of(error)
    except Exception as error:
        log.exception("this is a bug")
        complain(bug_sentence(error), _("The details are in {folder}.").format(folder=paths.logs()))
        status = FAILED
    finish_streams()
    return status
