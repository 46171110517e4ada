"""A person's answers to several conflicts at once: each by itself, so that one that can't be given stops no other."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from tandem.contacts.errors import NotFound
from tandem.contacts.models import Actor
from tandem.googlesync.answers import AnswerRefused, answer, conflicts_of
from tandem.users.models import User


@dataclass(frozen=True, slots=True)
class Answered:
    """How many conflicts were answered, and how many were not, as they take other answers or were answered before."""

    done: int
    refused: int


def answer_many(*, user: User, choices: Mapping[UUID, str], actor: Actor) -> Answered:
    """Answer each of the user's conflicts (by id) with its own choice; what is not the user's counts as refused."""
    done = 0
    for conflict in conflicts_of(user).filter(id__in=list(choices)):
        try:
            answer(user=user, conflict=conflict, choice=choices[conflict.id], actor=actor)
        except (AnswerRefused, NotFound):
            continue
        done += 1
    return Answered(done, len(choices) - done)
