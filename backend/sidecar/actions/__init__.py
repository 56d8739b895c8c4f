"""What can be asked about a person beside the analysis: one module an action.

Each goes the same way: what the page or the caller's own knowledge tells, then providers in
order, then rules; every value carries its evidence; `actionable.py` alone says whether the
result is worth a credit.
"""
