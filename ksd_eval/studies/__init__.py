"""Studies of the instrument itself: how far to trust it, and how large a run must be."""
