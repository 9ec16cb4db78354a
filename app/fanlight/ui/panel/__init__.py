"""The quick panel beside a capture or selected text, and the quick actions it offers."""
