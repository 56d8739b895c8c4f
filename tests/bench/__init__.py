"""Figures, as ratios within one run: `make bench`. Nothing is asserted.

Needs `wrk`. The machine's other work moves absolute figures; the ratios hold.
"""
