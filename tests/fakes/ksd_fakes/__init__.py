"""Plug-ins that cost nothing, for tests: on the path, with its metadata, it is an installed package."""
