"""Walks the main job, reports, and then leaves the world to whoever wants to play."""

import time

from tandem.cli.demo.report import Report
from tandem.cli.demo.steps import STEPS, Story
from tandem.cli.demo.world import INTERVAL_SECONDS, World, world
from tandem.cli.faults import ExitCode
from tandem.cli.output import results

LOOK_SECONDS = 0.5


def run_demo(*, once: bool, persons: int, port: int, sandbox_port: int) -> ExitCode:
    """The exit code: whether all of it held. Without `once` it then serves until Ctrl-C."""
    results.print("Starting a database, a sandbox Google and Tandem, all in a folder that goes away afterwards…")
    with world(persons=persons, port=port, sandbox_port=sandbox_port) as both:
        report = _walk(both)
        report.print_table()
        results.file.flush()
        if not once:
            _serve(both)
    return ExitCode.DONE if report.held else ExitCode.FAILED


def _walk(both: World) -> Report:
    """Every step in turn; a step that breaks ends the walk, for the next ones stand on it."""
    story, report = Story(both), Report()
    for step in STEPS:
        try:
            with report.chapter(step.title) as chapter:
                step.take(story, chapter)
        except Exception:  # noqa: BLE001 - it is in the report already
            break
    return report


def _serve(both: World) -> None:
    results.print(f"\nTandem:          {both.browser.base}", markup=False)
    results.print(f"Sandbox Google:  {both.google.url}/", markup=False)
    results.print(f"Sign in as       {both.email}   {both.password}", markup=False)
    results.print(f"\nA run comes every {INTERVAL_SECONDS} seconds (in real life: once an hour). Ctrl-C ends it all.")
    results.file.flush()
    try:
        while not any(child.has_ended for child in both.children):
            time.sleep(LOOK_SECONDS)
    except KeyboardInterrupt:
        results.print("\nEnding…")
