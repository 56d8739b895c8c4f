"""Campaigns: who is being written to, and by which one campaign at a time."""
