"""Plug-ins for tests: on the path, with its metadata beside it, it is an installed package."""
