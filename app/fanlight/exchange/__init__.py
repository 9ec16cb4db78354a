"""Conversations as files: written for people and other programs, read from exports of Fanlight and of others."""
