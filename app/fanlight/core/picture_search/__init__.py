"""Pictures that are found by words: those of the conversations, and those in folders of the user's."""
