"""What a bulk action did, said once by the next page that lists contacts, with 'Undo' beside it."""

from collections.abc import Mapping

from django.http import HttpRequest

from tandem.googlesync.models import Run

TOAST = "toast"  #: of the session: the run that the next list offers to undo, and what it did


def offer_undo(request: HttpRequest, run: Run, words: str) -> None:
    """Let the next list say what the run did, and offer to undo it where it did anything."""
    request.session[TOAST] = {"run": str(run.id) if run.progress_total else "", "words": words}


def toast_of(request: HttpRequest) -> Mapping[str, str] | None:
    """What was done last, once."""
    toast: Mapping[str, str] | None = request.session.pop(TOAST, None)
    return toast
