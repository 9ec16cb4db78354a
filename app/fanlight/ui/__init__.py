"""Windows and widgets: they show what `core` holds and forward what the user does."""
