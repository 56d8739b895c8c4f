"""The ledger's room: pools loaded under their lock, journal and lots written, and verified."""
