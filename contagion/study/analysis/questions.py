"""The five questions that a recovery city is asked before it begins, and again at the end.

What is there and whom it reaches, how it is used, who is visible, who takes part (others who are affected included), and how
much recovery capital there is (starrecovery.co.uk, Redcar; graded C). Answers are outcomes that the model measures.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from contagion.model.outcome_list import OUTCOMES

QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "What is there?": ("community_capital", "homes_share", "jobs_share"),
    "Is it used?": ("attendance_share", "in_treatment", "waiting_treatment"),
    "Who can be seen?": ("champions", "visible_share"),
    "Who takes part?": ("giving_back_share", "knows_affected_share", "public_stigma"),
    "How much recovery capital is there?": ("personal_capital", "social_capital", "barriers"),
}
"""The outcomes that answer each question."""


def questions(timeline: pd.DataFrame) -> pd.DataFrame:
    """Question, outcome, noun, unit, `today` (the first day) and `end` (the mean of the last year, or of what there is)."""
    last = timeline.loc[max(timeline.index[-1] - 51, min(1, timeline.index[-1])) :]
    rows = [
        (asked, name, OUTCOMES[name].noun, OUTCOMES[name].unit, float(timeline[name].iloc[0]), float(last[name].mean()))
        for asked, names in QUESTIONS.items()
        for name in names
    ]
    return pd.DataFrame(rows, columns=["question", "outcome", "noun", "unit", "today", "end"])
