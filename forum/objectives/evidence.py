"""What a story adds to what is known of a practice: with an objective that it serves, the fourth level of evidence."""

from __future__ import annotations

from sqlalchemy import select

from forum.core.db import db
from forum.objectives.models import ObjectiveLink, Story
from forum.practices.weighing import count_story


def weigh_stories(page_id: int) -> None:
    """Tell a practice whether somebody confirmed a good story of it while it serves an objective.

    Says nothing to a question, which carries no evidence of its own.
    """
    db.session.flush()
    told = (Story.page_id == page_id, Story.went == "well", Story.is_true.is_(True), Story.removed_at.is_(None))
    serves = (ObjectiveLink.post_id == page_id, ObjectiveLink.removed_at.is_(None))
    both = select(Story.id).join(ObjectiveLink, ObjectiveLink.post_id == Story.page_id).where(*told, *serves)
    count_story(page_id, is_told=db.session.scalar(both.limit(1)) is not None)
