"""`fanlight` on the command line: the same parts as the window, as text.

Exit status: 0 done; 1 could not (no screen, a batch with bad items, a bug); 2 wrong usage; 3 bad input; 4 trouble with
the model; 130 stopped with Ctrl+C; 141 the reader of the output went away (a broken pipe).
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from fanlight import i18n, paths
from fanlight.cli.arguments import parse
from fanlight.cli.output import FAILED, GONE, STOPPED, complain, complain_about, prepare_streams, start_log, status_of
from fanlight.domain.errors import FanlightError
from fanlight.i18n import _
from fanlight.ipc.address import home
from fanlight.settings import stored_language

log = logging.getLogger(__name__)


def main(argv: Sequence[str]) -> int:
    """Runs one command and gives its exit status; every way it can end passes here."""
    prepare_streams()
    try:
        i18n.use(stored_language(Path(home())))
        options = parse(argv)
        if options.machine_output:
            i18n.use(i18n.SOURCE_LANGUAGE)
        start_log(options.verbose)
        return int(options.run(options))
    except SystemExit as end:  # argparse: --help, --version, wrong usage
        return end.code if isinstance(end.code, int) else 2
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # pressed again: at once
        return STOPPED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is still buffered goes nowhere
        return GONE
    except FanlightError as error:
        log.info("%s", error, exc_info=True)
        complain_about(error)
        return status_of(error)
    except Exception as error:
        log.exception("this is a bug")
        complain(
            _("Something went wrong inside Fanlight: {error}").format(error=f"{type(error).__name__}: {error}"),
            _("The details are in {folder}.").format(folder=paths.logs()),
        )
        return FAILED
