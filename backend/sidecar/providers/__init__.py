"""Who else may know a person: one module a provider, each behind the same small question.

A provider that is not switched on is never asked, and what it answers is a page like any other.
"""
