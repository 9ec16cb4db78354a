"""The local socket between one running window and the commands that use it: client, single instance, locks,
wire format."""
