"""Workspaces: who pays and who acts, and by which credential they prove it."""
