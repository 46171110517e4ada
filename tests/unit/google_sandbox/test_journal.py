"""The data file."""

from pathlib import Path

import pytest

from google_sandbox.journal import Journal
from google_sandbox.records import AccountSet, ClockMoved, Record

ALICE = AccountSet("1", "alice@sandbox.example", "Alice", "US")


def filled(path: Path, *commits: list[Record]) -> None:
    journal = Journal(path)
    for commit in commits:
        journal.append(commit)
    journal.close()


def test_commits_come_back_in_order(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "journal"
    filled(path, [ALICE], [ClockMoved(5.0), ClockMoved(6.0)])
    assert list(Journal(path).read()) == [[ALICE], [ClockMoved(5.0), ClockMoved(6.0)]]


@pytest.mark.parametrize("cut", [1, 10, 20])
def test_a_line_that_was_cut_off_is_forgotten_and_written_over(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "journal"
    filled(path, [ALICE], [ClockMoved(5.0)])
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    assert list(Journal(path).read()) == [[ALICE]]
    filled(path, [ClockMoved(5.0)])
    assert path.read_bytes() == whole


def test_without_a_path_nothing_is_kept() -> None:
    journal = Journal(None)
    journal.append([ALICE])
    assert list(journal.read()) == []


def test_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    filled(tmp_path / "journal", [ALICE])
    assert (tmp_path / "journal").stat().st_mode & 0o077 == 0
