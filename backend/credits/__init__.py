"""Credits: pools, lots and their journal, decided over by a pure engine under policy files.

`engine.py` is arithmetic over the values of `rules/`, by a `policy.py` that a TOML file of
`policies/` describes (`policy_files/` reads it). `ledger.py` is the way in for those who spend
in a transaction; `journal/` loads, applies and stores a batch under the pools' locks, and
verifies. `simulator/` plays dated events through the same engine without a database. `paying/`
sells.
"""
