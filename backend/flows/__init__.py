"""Flows: actions that need several domains in one transaction or one answer. One file a flow."""
