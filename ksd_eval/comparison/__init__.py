"""Finished runs laid side by side: what differs, by how much, and what may not be compared."""
