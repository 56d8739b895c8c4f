"""Data files that the sidecar ships, and the script that makes the one which is built."""
