"""Documents: files read as the text of their pages. No Qt.

What is not plain text is opened in a parsing process (`fanlight.parsing`); what comes back are numbers, texts, and
pixels, which are checked here.
"""
