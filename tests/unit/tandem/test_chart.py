"""A chart of changes per day: a column for each of 14 days, the highest as high as the chart."""

from datetime import date

from tandem.web.chart import DAYS, HEIGHT, LEAST, drawn

FIRST = date(2026, 11, 13)


def test_every_day_has_its_column_in_order() -> None:
    chart = drawn({(date(2026, 11, 14), "tandem"): 3}, FIRST)
    assert [day.on for day in chart.days] == [date(2026, 11, 13 + number) for number in range(DAYS)]
    assert [day.total for day in chart.days] == [0, 3, *[0] * 12]
    assert chart.days[0].bars == []


def test_the_two_sides_stand_on_one_another_and_the_most_fills_the_height() -> None:
    chart = drawn({(FIRST, "tandem"): 30, (FIRST, "google"): 10}, FIRST)
    here, there = chart.days[0].bars
    assert (here.side, there.side) == ("here", "there")
    assert here.y + here.height == HEIGHT
    assert there.y + there.height == here.y
    assert HEIGHT - there.y in range(HEIGHT - LEAST - 1, HEIGHT + 1)


def test_one_change_beside_thousands_is_still_seen() -> None:
    chart = drawn({(FIRST, "tandem"): 25_000, (date(2026, 11, 14), "google"): 1}, FIRST)
    assert chart.days[1].bars[0].height == LEAST


def test_nothing_at_all_is_an_empty_chart() -> None:
    assert drawn({}, FIRST).is_empty
