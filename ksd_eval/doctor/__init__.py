"""Whether a command could be run on this machine, and what it would take; nothing is run for it."""
