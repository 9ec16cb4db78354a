"""What was said, as words: Whisper behind a speech gate, live and from files. No Qt, no microphone."""
