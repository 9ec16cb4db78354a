"""Many questions answered one after the other: what is asked, which pictures, and a journal of the answers."""
