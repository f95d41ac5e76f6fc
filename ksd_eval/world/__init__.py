"""A small painted world whose truth is known: painter, captions, corpus, and a reader of pictures."""
