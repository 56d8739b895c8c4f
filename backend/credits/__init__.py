"""Credits: a pure engine, policies as data, and a ledger that stores what the engine decided."""
