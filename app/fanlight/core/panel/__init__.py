"""What every quick panel has, a capture's and selected text's: session, quick actions, place on the screen."""
