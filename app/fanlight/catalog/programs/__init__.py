"""Where other programs keep the models they have downloaded, one module a program. Nothing of theirs is written."""
