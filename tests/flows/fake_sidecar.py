"""A loopback sidecar that misbehaves on demand: what the real one does when it is ill."""
