"""A plan says what a sync would do, and does nothing of it."""

from tandem.googlesync import services
from tandem.googlesync.models import Run, Trigger
from tests.integration.googlesync.world import World, person


def plan(world: World) -> Run:
    return world.run(services.request_plan(account=world.account, trigger=Trigger.PERSON, is_queued=False))


def rows(run: Run) -> set[tuple[str, str, str]]:
    return {(operation.side, operation.action, operation.state) for operation in run.operations.all()}


def test_a_plan_before_the_switch_is_on_shows_what_would_come_and_go(world: World) -> None:
    world.load(
        person("Ada", "Lovelace", emails=["ada@example.org"]), person("Grace", "Hopper", phones=["415 555 2671"])
    )
    known = world.create(
        name={"given": "Ada", "family": "Lovelace"},
        emails=[{"value": "ada@example.org", "label": "home"}],
        phones=[{"value": "212 555 0100", "label": "home"}],
    )
    world.connect()

    run = plan(world)

    assert run.state == "done", run.error_detail
    assert rows(run) == {
        ("tandem", "create", "planned"),
        ("tandem", "link", "planned"),
        ("google", "update", "planned"),
    }
    assert [contact.id for contact in world.contacts()] == [known.id]
    assert world.state(known) == "none"
    (unchanged,) = (one for one in world.persons().values() if "emailAddresses" in one)
    assert "phoneNumbers" not in unchanged


def test_a_sync_after_a_plan_does_what_it_said(world: World) -> None:
    world.load(person("Ada", "Lovelace", emails=["ada@example.org"]))
    world.connect()
    plan(world)

    run = world.switch_on()

    assert run.counts["tandem"]["create"] == 1
    assert plan(world).operations.count() == 0
