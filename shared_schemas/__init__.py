"""What both programs and the extension agree on: words in `vocabulary`, wire bodies beside it.

Words are shared, shapes are not: a body is for the wire, a table for the database, and
neither inherits from the other. Requests forbid unknown fields; answers only ever gain fields,
because an installed extension is days older than the server it talks to.
"""
