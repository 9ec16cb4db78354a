"""Text to speech: backends, sentence splitting, Markdown to spoken text. No Qt."""
