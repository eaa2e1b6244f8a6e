"""Groups: who joins and stays away, and what each kind of group gives beside the company of others in recovery.

hazard of joining = join x (1/2 + sociability) x linkage; what a kind gives: see belonging.py

Source: Best 2023 (recovery allies), Kelly (attendance), Dingle 2015 (identity in a therapeutic community).
"""

from contagion.processes.groups.allies import Allies, be_walked
from contagion.processes.groups.belonging import belong, settle_gatherings
from contagion.processes.groups.joining import Groups, attend, join_hazard, settle_groups

__all__ = ["Allies", "Groups", "attend", "be_walked", "belong", "join_hazard", "settle_gatherings", "settle_groups"]
