"""Groups of the city: place, kind, places; and which are open to those who just come."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from contagion.core.chance import uniform
from contagion.processes.groups import Groups
from contagion.vocabulary import GroupKind


@dataclass(frozen=True)
class Meetings:
    """All groups: arrays by group; open groups listed by neighbourhood in compressed rows."""

    kind: np.ndarray  # GroupKind code
    neighbourhood: np.ndarray
    places: np.ndarray  # 0 where a programme decides
    often: np.ndarray  # how often it meets, against once a week
    open_groups: np.ndarray  # groups open to all, ordered by neighbourhood
    open_start: np.ndarray  # int64, neighbourhoods + 1
    aid_groups: np.ndarray  # mutual-aid meetings, which turn nobody away, ordered by neighbourhood
    aid_start: np.ndarray  # int64, neighbourhoods + 1
    run_start: np.ndarray  # int64, kinds that programmes run + 1: where the groups of each begin, up to the last of all
    full: np.ndarray  # int64, by kind that programmes run: members up to which one group is filled before another opens

    @property
    def count(self) -> int:
        """How many groups there are."""
        return self.kind.size

    def of_programme(self, kind: int, members: np.ndarray, new: int) -> np.ndarray:
        """The groups of a kind, which an intervention alone fills, that so many new people come to, one after the other.

        Each comes to the fullest that has room, so that who is served meets others in a town of any size; where none has,
        to the emptiest. `members`: the group of each person who may be in one.
        """
        k = RUN_BY_PROGRAMMES.index(GroupKind(kind))
        first, last = int(self.run_start[k]), int(self.run_start[k + 1])
        held = np.bincount(members[(members >= first) & (members < last)] - first, minlength=last - first)
        came = np.empty(new, np.int64)
        for n in range(new):
            room = held < self.full[k]
            came[n] = np.where(room, held, -1).argmax() if room.any() else held.argmin()
            held[came[n]] += 1
        return came + first

    def places_of(self, kind: int) -> int:
        """Places in the city's own groups of a kind."""
        return int(self.places[self.kind == kind].sum())

    def choose(self, place: np.ndarray, u: np.ndarray) -> np.ndarray:
        """The group that each would join, by a uniform number: one of their neighbourhood, or any if it has none."""
        return _one_of(self.open_groups, self.open_start, place, u)

    def meeting(self, place: np.ndarray, u: np.ndarray) -> np.ndarray:
        """The mutual-aid meeting that each would join, alike."""
        return _one_of(self.aid_groups, self.aid_start, place, u)

    def fit(self, choice: np.ndarray, employed: np.ndarray, treated: np.ndarray, young: np.ndarray) -> np.ndarray:
        """Whether each may join the group chosen: some kinds ask for a job, treatment or youth."""
        kind = self.kind[choice]
        return np.asarray(
            ((kind != GroupKind.RECOVERY_FRIENDLY_WORKPLACE) | employed)
            & ((kind != GroupKind.THERAPEUTIC_COMMUNITY) | treated)
            & ((kind != GroupKind.COLLEGIATE_PROGRAMME) | young)
        )


def set_up(p: Groups, people: int, share: np.ndarray, seed: int) -> Meetings:
    """Set up groups of each kind in proportion to the people, spread over the neighbourhoods in turn; where these have
    other shares of the people (`share`) than one as much as the other, over as many equal parts of the people.

    Meetings of mutual aid turn nobody away: what is left of a whole number is settled by lot, and wherever there is mutual
    aid at all there is at least one meeting. Of other kinds a city of any size has its share of the places: as many groups
    as needed, of which a small city's may be small. Beside these there are groups of the kinds that programmes run, without
    places of their own, which they alone fill: with room for ROOM people per 10,000, and recovery homes as many as `p` says.
    """
    wanted = np.array([getattr(p, kind.name.lower()) * people / 10000.0 for kind in GroupKind])
    lots = uniform(seed, "how many groups", 0, np.arange(wanted.size, dtype=np.uint64))
    size = np.full(wanted.size, p.places)
    size[[GroupKind.THERAPEUTIC_COMMUNITY, GroupKind.RECOVERY_HOME]] = p.community_places, p.home_places
    total = np.floor(wanted * size + lots).astype(int)
    counts = np.minimum(np.ceil(wanted), total).astype(int)
    counts[GroupKind.RECOVERY_HOME] = 0
    counts[GroupKind.MUTUAL_AID] = int(np.floor(wanted + lots)[GroupKind.MUTUAL_AID])
    if p.mutual_aid > 0.0:
        counts[GroupKind.MUTUAL_AID] = max(1, counts[GroupKind.MUTUAL_AID])
    total[GroupKind.MUTUAL_AID] = counts[GroupKind.MUTUAL_AID] * p.places
    kind = np.repeat(np.arange(len(counts)), counts)
    turn = np.arange(kind.size)
    own = turn - np.repeat(np.cumsum(counts) - counts, counts)
    places = (total[kind] + own) // np.maximum(1, counts[kind])
    neighbourhoods = share.size
    shift = np.floor(uniform(seed, "group places", 0, np.arange(len(counts), dtype=np.uint64)) * neighbourhoods)
    part = (turn + shift.astype(np.int64)[kind]) % neighbourhoods
    place = np.minimum(np.searchsorted(np.cumsum(share), (part + 0.5) / neighbourhoods), neighbourhoods - 1)
    free = _by_place(turn, place, neighbourhoods)
    aid = _by_place(np.flatnonzero(kind == GroupKind.MUTUAL_AID), place, neighbourhoods)
    full = size[list(RUN_BY_PROGRAMMES)]
    run = np.ceil(people * ROOM / 10_000.0 / full).astype(np.int64)
    run[RUN_BY_PROGRAMMES.index(GroupKind.RECOVERY_HOME)] = np.ceil(wanted[GroupKind.RECOVERY_HOME])
    run = np.maximum(1, run)
    run_start = kind.size + np.concatenate([[0], np.cumsum(run)])
    kind = np.concatenate([kind, np.repeat(RUN_BY_PROGRAMMES, run)])
    place = np.concatenate([place, *(np.arange(count) * neighbourhoods // count for count in run)])
    places = np.concatenate([places, np.zeros(kind.size - places.size, places.dtype)])
    often = np.where(kind == GroupKind.THERAPEUTIC_COMMUNITY, p.community_often, 1.0)
    return Meetings(kind.astype(np.int8), place, places, often, *free, *aid, run_start, full)


ROOM = 25.0
"""People per 10,000 for whom programmes can open groups of a kind; where they have more members the groups grow."""
RUN_BY_PROGRAMMES = (
    GroupKind.RECOVERY_CAFE,
    GroupKind.LIVED_EXPERIENCE_ORGANISATION,
    GroupKind.THERAPEUTIC_COMMUNITY,
    GroupKind.COLLEGIATE_PROGRAMME,
    GroupKind.RECOVERY_HOME,
)
"""Kinds of groups that an intervention may open; the last groups of every city are theirs, by kind."""


def _by_place(groups: np.ndarray, place: np.ndarray, neighbourhoods: int) -> tuple[np.ndarray, np.ndarray]:
    """Groups ordered by neighbourhood, and where each neighbourhood begins."""
    groups = groups[np.argsort(place[groups], kind="stable")]
    start = np.zeros(neighbourhoods + 1, np.int64)
    np.cumsum(np.bincount(place[groups], minlength=neighbourhoods), out=start[1:])
    return groups, start


def _one_of(groups: np.ndarray, start: np.ndarray, place: np.ndarray, u: np.ndarray) -> np.ndarray:
    """One of the groups of each neighbourhood by a uniform number, or any of all if it has none."""
    count = start[place + 1] - start[place]
    local = start[place] + np.floor(u * count).astype(np.int64)
    anywhere = np.floor(u * groups.size).astype(np.int64)
    return np.asarray(groups[np.where(count > 0, local, anywhere)])
