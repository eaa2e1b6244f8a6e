"""The words that stand in every report: doubts outside the ranges, how the model works, what was checked."""

from __future__ import annotations

from contagion.report.table import Table

ONE_KIND = (
    "The ranges in this report show one kind of doubt only: chance, from running the same city many times. "
    "They leave out other kinds, which are probably larger:"
)

UNQUANTIFIED = (
    "Whether recovery is passed on in the way the model assumes, or whether similar people simply do well together.",
    "Whether findings from other countries, substances and services hold where you are.",
    "Whether an intervention would be delivered as planned, would keep its staff, or would fail.",
    "What changes over the years outside the model: drug markets, housing, law and public spending.",
)

OTHERS_FIXED = "Every other number of the model, which was the same in all runs."


def two_kinds(drawn: str) -> str:
    """What ranges show and leave out where replicates drew parameters: so many, in words."""
    return (
        f"The ranges in this report show two kinds of doubt: chance, from running the same city many times, and {drawn}, "
        "with other values in each run. They leave out other kinds, which are probably larger:"
    )


NO_NULL_MODEL = (
    "Whether the findings would survive if recovery were not passed on at all. This study has no option with contagion "
    "switched off, so it cannot tell."
)

USE_FOR = (
    "Comparing options with one another in the same modelled city",
    "Seeing which assumptions a plan leans on, and what to measure in a pilot",
    "Talking with people with lived experience, providers and partners about what could happen and why",
)
NOT_FOR = (
    "Forecasting numbers for a real place, or setting targets from them",
    "Deciding about any individual person",
    "Choosing between areas, or ranking options by cost alone",
    "Quoting a result without its range and without the caveats above",
)

DRAWN = "{drawn} had other values in each run, the same for all options. They are listed below, with their ranges."

MODEL = (
    (
        "Who is in it",
        (
            "The model is a small artificial city. It holds people in active addiction, people at risk, people "
            "in recovery and "
            "everybody else. Nobody in it is a real person. Each has a neighbourhood, a household, friends and "
            "acquaintances. Recovery has three stages: early (the first year), sustained (one to five years) "
            "and stable "
            "(five years and longer). People also hold recovery capital: the personal, social and community "
            "strengths that "
            "help recovery last. Barriers, such as having no home, no job or a criminal record, are counted on "
            "their own, "
            "because in real life they fall much more slowly than strengths grow.",
        ),
    ),
    (
        "What happens each week",
        (
            "This is how the model works with the numbers it comes with; a study may change any of them. Some people start "
            "recovery. They may do so without help, through treatment, or because they see "
            "recovery around "
            "them: in family, friends, acquaintances, groups, public events, or an ally who walks with them. "
            "Hope and "
            "capital make a start more likely; stigma and barriers make it less likely. Some people relapse. "
            "The chance is "
            "high in the first weeks and falls steeply with time. Homes, work, meaning and other people in "
            "recovery lower "
            "it further.",
            "Recovery can be hidden or visible. People show it when they feel safe. Where more recovery is "
            "seen, public "
            "stigma can fall, and then more people feel safe to show it. This loop is what could turn single "
            "recoveries into "
            "a cascade. Whether it does so in real cities is the open question.",
            "Treatment places, homes and jobs are limited. An intervention adds places or links for a time, "
            "fills up, "
            "has a waiting list, and loses some of the people who join.",
        ),
    ),
    (
        "How options are compared",
        (
            "The same city is run many times under each option, with the same draws of luck each time. Most of "
            "the luck is "
            "therefore shared by all options and cancels out when they are compared. Results are given as the "
            "range that "
            "holds eight in ten runs.",
        ),
    ),
)

ASSURANCE = Table(
    "What has been checked, and what has not",
    ("Kind of check", "Status", "What was done"),
    (
        (
            "Face validity",
            "Not done",
            "People with lived experience, practitioners and commissioners have not yet reviewed the model.",
        ),
        (
            "Verification",
            "Done",
            "Automated tests compare reduced versions of the model with exact solutions. They also check that the same "
            "seed gives the same history.",
        ),
        (
            "Cross validity",
            "Done in part",
            "In its simplest form the model agrees with an independent epidemic model. No other model of city-wide "
            "recovery was available to compare.",
        ),
        (
            "External validity",
            "Not done",
            "Published English figures set the model up. No separate data have been used to test what it says.",
        ),
        ("Predictive validity", "Not done", "No prediction has been made and then compared with what happened."),
    ),
)
