"""Fetches files, in a process of its own: the only code of Fanlight that opens a connection (`python -m
fanlight.fetch`). It is started by a click or a command, and ends when the work is done.

Of this package `launching` and `child_process` are for other processes; they import nothing of the network."""
