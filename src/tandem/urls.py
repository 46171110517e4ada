"""Every address of the product."""

from django.urls import URLPattern, URLResolver, include, path

from tandem.api.app import api_urls
from tandem.api.health import healthz, readyz
from tandem.api.metrics import metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", (api_urls(), "ninja", "api")),
    path("accounts/", include("tandem.users.urls")),
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", metrics),
    path("", include("tandem.web.urls")),
]
