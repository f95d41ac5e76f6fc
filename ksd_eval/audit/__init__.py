"""The audit: what in a set of Korean and English prompts a native reader should look at."""
