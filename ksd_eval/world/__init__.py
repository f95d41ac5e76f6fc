"""A small painted world whose truth is known: painter, captions, corpus, reader of pictures."""
