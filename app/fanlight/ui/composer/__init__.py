"""Where the question is written, with its attachments."""
