"""Meetonce's backend: one folder a domain, imports go down the floors only (see README)."""
