"""Prompt sources: where prompt pairs come from, with their texts as CSV beside the code."""
