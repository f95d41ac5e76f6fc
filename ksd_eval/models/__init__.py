"""Models turn prompts and seeds into pictures."""
