"""The outcomes of the model: every weekly measure, declared once with its words, its unit and which way is better.

The timeline, the headline outcomes, text tables, pages and docs/ODD.md read this list. To add an outcome, add one line.
"""

from __future__ import annotations

from contagion.model.outcome_kinds import (
    CAPITAL,
    COMMUNITY,
    COST,
    DOMAINS,
    HEALTH,
    HIGHER,
    HOUSING,
    JUSTICE,
    LOWER,
    POPULATION,
    RECOVERY,
    WORK,
    Outcome,
    flow,
    level,
    people,
    rate,
    score,
    share,
)
from contagion.vocabulary import CHANNELS

__all__ = ["CHANNEL_NOUNS", "DOMAINS", "OUTCOMES", "Outcome"]

CHANNEL_NOUNS = {
    "spontaneous": "Without help from services or others",
    "treatment": "Treatment",
    "family": "Family",
    "friend": "Friends",
    "weak": "Acquaintances",
    "group": "Recovery groups",
    "event": "Public events",
    "ally": "Allies",
    "tie": "Any tie",
}
"""The channels through which recovery starts, as pages call them."""

# name, noun, (unit of a level or flow), meaning, domain, which way is better; of a headline outcome also its place, its
# words in a title, and its public name where that is not the name of its column.
_DECLARED = (
    people(
        "people",
        "People in the city",
        "people present: the public, and people with or at risk of lived experience",
        POPULATION,
    ),
    people("at_risk", "People at risk", "people at risk who never had a problem", POPULATION),
    people("active", "People in active addiction", "people in active addiction", HEALTH, LOWER, 3, "active addiction"),
    people("early", "People in early recovery", "people in recovery for less than a year", RECOVERY, HIGHER),
    people("sustained", "People in sustained recovery", "people in recovery for 1 to 5 years", RECOVERY, HIGHER),
    people(
        "stable",
        "People in stable recovery",
        "people in recovery for 5 years or more",
        RECOVERY,
        HIGHER,
        1,
        "stable recovery",
    ),
    people("in_recovery", "People in recovery", "people in recovery", RECOVERY, HIGHER, 2, "recovery"),
    flow("starts", "Recovery starts", "starts", "starts of recovery", RECOVERY, HIGHER, 4, "recovery starts"),
    flow("relapses", "Relapses", "relapses", "relapses", RECOVERY, LOWER, 5, "relapses"),
    flow("onsets", "First onsets", "onsets", "first onsets of active addiction", HEALTH, LOWER),
    flow(
        "deaths",
        "Deaths of people with lived experience",
        "deaths",
        "deaths of people with, or at risk of, lived experience",
        HEALTH,
        LOWER,
        6,
        "deaths",
    ),
    flow("opioid_deaths", "Opioid deaths", "deaths", "deaths in active addiction, opioid profile", HEALTH, LOWER),
    rate("active_per_1000", "Active addiction", "active addiction", HEALTH, LOWER),
    rate(
        "opioid_active_per_1000", "Active addiction, opioid profile", "active addiction, opioid profile", HEALTH, LOWER
    ),
    rate(
        "alcohol_active_per_1000",
        "Active addiction, alcohol profile",
        "active addiction, alcohol profile",
        HEALTH,
        LOWER,
    ),
    rate("recovery_per_1000", "Recovery", "people in recovery", RECOVERY, HIGHER),
    level("attempts", "Attempts", "count", "mean attempts of people in active addiction or recovery", RECOVERY),
    score(
        "personal_capital",
        "Personal recovery capital",
        "mean personal recovery capital of people in recovery",
        CAPITAL,
        HIGHER,
    ),
    score(
        "social_capital",
        "Social recovery capital",
        "mean social recovery capital of people in recovery",
        CAPITAL,
        HIGHER,
    ),
    score(
        "community_capital",
        "Community recovery capital",
        "mean community recovery capital by neighbourhood",
        COMMUNITY,
        HIGHER,
    ),
    score("barriers", "Barriers in recovery", "mean barriers of people in recovery", CAPITAL, LOWER),
    score(
        "barriers_active", "Barriers in active addiction", "mean barriers of people in active addiction", CAPITAL, LOWER
    ),
    share(
        "barc47_share",
        "High recovery capital",
        "people in recovery at 47 or more on the BARC-10 scale (10 + 50 x personal capital)",
        CAPITAL,
        HIGHER,
    ),
    score("connectedness", "Connectedness", "CHIME of people with lived experience: connectedness", CAPITAL, HIGHER),
    score("hope", "Hope", "CHIME: hope", CAPITAL, HIGHER),
    score("identity", "Identity", "CHIME: identity", CAPITAL, HIGHER),
    score("meaning", "Meaning", "CHIME: meaning", CAPITAL, HIGHER),
    score("empowerment", "Empowerment", "CHIME: empowerment", CAPITAL, HIGHER),
    share("visible_share", "Visible recovery", "people in recovery who are visible", COMMUNITY, HIGHER),
    people("champions", "Recovery champions", "champions", COMMUNITY, HIGHER),
    score(
        "public_stigma",
        "Public stigma",
        "mean attitude against people with lived experience",
        COMMUNITY,
        LOWER,
        10,
        "public stigma",
        "stigma",
    ),
    score("structural_stigma", "Structural stigma", "structural stigma of the city", COMMUNITY, LOWER),
    score(
        "internalised_stigma", "Internalised stigma", "mean internalised stigma in active addiction", COMMUNITY, LOWER
    ),
    score(
        "collective_efficacy",
        "Collective efficacy",
        "mean collective efficacy by neighbourhood",
        COMMUNITY,
        HIGHER,
        11,
        "collective efficacy",
        "efficacy",
    ),
    level(
        "coalition", "Coalition", "stage", "stage of the coalition for an inclusive recovery city", COMMUNITY, HIGHER
    ),
    share(
        "homes_share",
        "People in recovery with a home",
        "people in recovery with a home or a recovery home",
        HOUSING,
        HIGHER,
        8,
        "the share in homes",
        "homes",
    ),
    share(
        "jobs_share",
        "People in recovery with a job",
        "people in recovery with a job",
        WORK,
        HIGHER,
        9,
        "the share in work",
        "jobs",
    ),
    share("giving_back_share", "People who give back", "people in stable recovery who give back", COMMUNITY, HIGHER),
    flow(
        "offences", "Offences", "offences", "offences by people with lived experience", JUSTICE, LOWER, 7, "offending"
    ),
    people("in_custody", "People in custody", "people in custody", JUSTICE, LOWER),
    people("in_treatment", "People in treatment", "people in treatment", HEALTH),
    people("waiting_treatment", "People waiting for treatment", "people waiting for treatment", HEALTH, LOWER),
    share(
        "opioid_coverage",
        "Treatment coverage, opioid profile",
        "people in active addiction who are in treatment, opioid profile",
        HEALTH,
        HIGHER,
    ),
    share(
        "alcohol_coverage",
        "Treatment coverage, alcohol profile",
        "people in active addiction who are in treatment, alcohol profile",
        HEALTH,
        HIGHER,
    ),
    share("attendance_share", "Group attendance", "people in recovery who attend a group", RECOVERY, HIGHER),
    share(
        "knows_affected_share",
        "People who know somebody affected",
        "people with a close tie to somebody in active addiction or recovery",
        COMMUNITY,
    ),
    *(
        flow(
            f"credit_{c}",
            f"Recovery starts: {CHANNEL_NOUNS[c].lower()}",
            "starts",
            f"starts of recovery credited to: {c}",
            RECOVERY,
        )
        for c in CHANNELS
    ),
    flow("cost", "Cost of the interventions", "GBP", "cost of the interventions", COST, None, 12, "spending"),
)

OUTCOMES: dict[str, Outcome] = {one.name: one for one in _DECLARED}
"""Every outcome by its name, in the order of the timeline's columns."""
