"""Contacts: people as a workspace knows them, and the addresses that identify them."""
