"""API tokens: made here, shown once, revoked here."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tandem.users.models import ApiToken
from tandem.web.access import PageRequest, page


@never_cache
@page("GET", "HEAD", "POST")
def index(request: PageRequest) -> HttpResponse:
    """The list; posted to, it makes a token and shows its text this once. A reload of that page makes no other."""
    text = ""
    if request.method == "POST":
        if request.POST.get("newest", _newest(request)) != _newest(request):
            messages.info(request, _("No other token was made: this form was sent before."))
            return redirect("tokens")
        text = ApiToken.objects.issue(request.user, request.POST.get("name", "").strip()[:100])
    tokens = request.user.api_tokens.order_by("-created_at", "-id")
    return render(request, "tokens/index.html", {"tokens": tokens, "text": text, "newest": _newest(request)})


def _newest(request: PageRequest) -> str:
    """What the form was made with: another token since, and it was sent already."""
    return str(request.user.api_tokens.order_by("-id").values_list("id", flat=True).first() or 0)


@page("POST")
def revoke(request: PageRequest, token_id: int) -> HttpResponse:
    token = request.user.api_tokens.filter(id=token_id).first()
    if token is None:
        raise Http404
    token.delete()
    messages.success(request, _("The token is revoked: whatever used it is locked out."))
    return redirect("tokens")
