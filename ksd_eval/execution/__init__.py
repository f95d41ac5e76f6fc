"""Execution: where and how fast pictures are painted. Nothing here may change a number."""
