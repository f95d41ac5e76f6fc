"""Looking after a folder of results: how large it is, what is broken in it, what nobody needs."""
