"""Prometheus figures: how the installation fares, in numbers and without anybody's data."""

import hmac
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from tandem.googlesync.figures import Figures, figures_at


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures; with `TANDEM_METRICS_TOKEN` only for who sends it as a bearer."""
    if settings.METRICS_TOKEN and not _is_known(request.headers.get("Authorization", "")):
        answer = HttpResponse("send TANDEM_METRICS_TOKEN as a bearer token\n", content_type="text/plain")
        answer.status_code = HTTPStatus.UNAUTHORIZED
        answer["WWW-Authenticate"] = "Bearer"
        return answer
    registry = CollectorRegistry()
    registry.register(_Collected(figures_at(timezone.now())))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _is_known(authorization: str) -> bool:
    expected = f"Bearer {settings.METRICS_TOKEN}"
    return hmac.compare_digest(authorization.encode(), expected.encode())


class _Collected(Collector):
    """Figures in Prometheus' words."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        found = self._figures
        accounts = {(state,): number for state, number in found.accounts.items()}
        yield _gauge("accounts", "Google accounts by state", ("state",), accounts)
        yield _one("accounts_syncing", "Connected accounts with contact sync on", found.accounts_syncing)
        yield _one("accounts_behind", "Accounts without a success for two intervals", found.accounts_behind)
        yield _gauge("runs", "Runs of the last 24 hours by kind and state", ("kind", "state"), found.runs)
        means = {(kind,): duration.mean for kind, duration in found.durations.items()}
        longest = {(kind,): duration.longest for kind, duration in found.durations.items()}
        yield _gauge("run_mean_seconds", "Mean duration of the runs of the last 24 hours", ("kind",), means)
        yield _gauge("run_longest_seconds", "Longest run of the last 24 hours", ("kind",), longest)
        yield _one(
            "run_oldest_queued_seconds", "How long the oldest queued run has waited", found.oldest_queued_seconds
        )
        yield _gauge("queue_jobs", "Jobs that wait or are being done", ("queue", "status"), found.jobs)
        yield _one("workers", "Workers that gave a sign in the last 30 seconds", found.workers)


def _one(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"tandem_{name}", words, value=value)


def _gauge(name: str, words: str, labels: tuple[str, ...], values: Mapping[Any, float]) -> Metric:
    family = GaugeMetricFamily(f"tandem_{name}", words, labels=labels)
    for label_values, value in sorted(values.items()):
        family.add_metric(label_values, value)
    return family
