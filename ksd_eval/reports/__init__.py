"""Reports show a finished run to a person: figures, tables and one page."""
