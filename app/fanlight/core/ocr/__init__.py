"""The text in pictures, recognized on a thread of its own."""
