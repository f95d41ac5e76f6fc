"""Judges look at pictures and say what they see, or that they cannot tell."""
