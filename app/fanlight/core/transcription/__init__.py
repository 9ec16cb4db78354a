"""The queue of recordings and their transcripts."""
