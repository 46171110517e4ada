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
    """The list; posted to, it makes a token and shows its text this once."""
    text = ""
    if request.method == "POST":
        text = ApiToken.objects.issue(request.user, request.POST.get("name", "").strip()[:100])
    tokens = request.user.api_tokens.order_by("-created_at", "-id")
    return render(request, "tokens/index.html", {"tokens": tokens, "text": text})


@page("POST")
def revoke(request: PageRequest, token_id: int) -> HttpResponse:
    token = request.user.api_tokens.filter(id=token_id).first()
    if token is None:
        raise Http404
    token.delete()
    messages.success(request, _("The token is revoked: whatever used it is locked out."))
    return redirect("tokens")
