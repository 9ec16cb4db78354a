"""Which pages of long documents the model is given: 60 questions over 12 documents of 20 to 300 pages. And where the
citations of an answer lead that cites, of what it was given, the page that answers."""

from __future__ import annotations

import os

from bench.readings import FEWEST, Notebook

CONTEXT_TOKENS = 8192


def measure(notebook: Notebook, quick: bool) -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtGui import QGuiApplication

    from support.citing import asked_about
    from support.long_documents import long_documents

    application = QGuiApplication.instance() or QGuiApplication([])
    documents = [*long_documents()][: 4 if quick else None]
    asked = [one for document in documents for one in asked_about(document, CONTEXT_TOKENS)]
    given = [one for one in asked if one.is_given]
    for one in asked:
        if not one.is_given or one.shown_page != one.page:
            print(f"{one.question} page {one.page}, given {one.given}, shown {one.shown_page}", flush=True)
    for _ in range(FEWEST):  # each is one number for all questions
        notebook.write("right_page_percent", 100 * len(given) / len(asked))
        notebook.write("cited_page_percent", 100 * sum(one.shown_page == one.page for one in given) / len(given))
    del application
