"""Analyses: the paid look at a contact, and our client of the sidecar that does the looking."""
