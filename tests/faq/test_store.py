from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from faq import store
from faq.bank import BankFile, Review
from faq.store import Changes
from faq.tables import Entry, Revision
from tests.faq.conftest import entry, small_bank, with_entries

Sessions = sessionmaker[Session]


def revisions(session: Session, name: str) -> list[Revision]:
    query = select(Revision).join(Revision.entry).where(Entry.id == name)
    return list(session.scalars(query.order_by(Revision.number)))


def test_a_seed_fills_an_empty_bank(sessions: Sessions, files: list[BankFile]) -> None:
    with sessions.begin() as session:
        assert store.seed(session, files) == Changes(added=6)
    with sessions() as session:
        assert store.export_files(session) == files
        assert [r.author for r in revisions(session, "jobs-deposit")] == ["seed"]


def test_a_second_seed_changes_nothing(seeded: Sessions, files: list[BankFile]) -> None:
    with seeded.begin() as session:
        before = store.version(session)
        assert store.seed(session, files) == Changes(unchanged=6)
        assert store.version(session) == before
        assert len(revisions(session, "jobs-deposit")) == 1


def test_what_a_seed_wrote_follows_the_files(seeded: Sessions) -> None:
    changed = with_entries("accounts", entry(answer="Mới."), entry("accounts-new"))
    with seeded.begin() as session:
        before = store.version(session)
        assert store.seed(session, [changed, *small_bank()[1:]]) == Changes(
            added=1, updated=1, retired=1, unchanged=4
        )
        assert store.version(session) == before + 1
    with seeded() as session:
        rows = {row.id: row for row in session.scalars(select(Entry))}
    assert rows["accounts-hacked"].answer == "Mới."
    assert rows["accounts-password"].status == "retired"


def test_an_entry_that_comes_back_is_published_again(
    seeded: Sessions, files: list[BankFile]
) -> None:
    with seeded.begin() as session:
        store.seed(session, files[1:])
    with seeded.begin() as session:
        assert store.seed(session, files) == Changes(updated=2, unchanged=4)
        assert store.export_files(session) == files


def test_what_a_counsellor_changed_is_left_alone(seeded: Sessions, files: list[BankFile]) -> None:
    with seeded.begin() as session:
        store.save(session, "accounts", entry(answer="Của tư vấn viên."), "counsellor")
    changed = with_entries("accounts", entry(answer="Mới."))
    for seed in (files, [changed, *files[1:]], files[1:]):
        with seeded.begin() as session:
            changes = store.seed(session, seed)
            assert changes.kept == (seed is not files[1:]) or changes.updated == 0
    with seeded() as session:
        row = session.scalars(select(Entry).where(Entry.id == "accounts-hacked")).one()
        assert (row.answer, row.status) == ("Của tư vấn viên.", "published")


def test_entries_kept_against_the_files_are_counted(
    seeded: Sessions, files: list[BankFile]
) -> None:
    with seeded.begin() as session:
        store.save(session, "accounts", entry(answer="Của tư vấn viên."), "counsellor")
    with seeded.begin() as session:
        assert store.seed(session, files) == Changes(kept=1, unchanged=5)


def test_an_import_wins_over_a_counsellor(seeded: Sessions, files: list[BankFile]) -> None:
    with seeded.begin() as session:
        store.save(session, "accounts", entry(answer="Của tư vấn viên."), "counsellor")
    with seeded.begin() as session:
        assert store.import_files(session, files) == Changes(updated=1, unchanged=5)
        authors = [r.author for r in revisions(session, "accounts-hacked")]
        assert authors == ["seed", "counsellor", "import"]


def test_an_import_can_keep_what_a_counsellor_changed(
    seeded: Sessions, files: list[BankFile]
) -> None:
    with seeded.begin() as session:
        store.save(session, "accounts", entry(answer="Của tư vấn viên."), "counsellor")
    with seeded.begin() as session:
        changes = store.import_files(session, files, keep_edited=True)
    assert changes == Changes(kept=1, unchanged=5)


def test_an_import_of_one_file_leaves_the_rest(seeded: Sessions, files: list[BankFile]) -> None:
    with seeded.begin() as session:
        changes = store.import_files(session, [with_entries("jobs", entry("jobs-deposit"))])
        assert changes == Changes(unchanged=1)
        assert len(store.index_entries(session)) == 6


def test_export_and_import_lose_nothing(sessions: Sessions) -> None:
    files = [
        with_entries(
            "accounts",
            entry("accounts-a", status="draft", variants=[]),
            entry("accounts-b", status="retired", risk="high"),
            entry("accounts-c", reviewed=Review(by="tư vấn viên", on=date(2026, 1, 2))),
        ),
        with_entries("empty"),
    ]
    with sessions.begin() as session:
        store.import_files(session, files)
    with sessions() as session:
        assert store.export_files(session) == files


def test_a_draft_is_not_published(sessions: Sessions) -> None:
    with sessions.begin() as session:
        store.import_files(session, [with_entries("accounts", entry(status="draft"))])
        assert store.index_entries(session) == []


def test_an_index_entry_holds_what_is_shown(seeded: Sessions) -> None:
    with seeded() as session:
        (found,) = (e for e in store.index_entries(session) if e.id == "jobs-deposit")
    assert (found.view.number, found.view.id) == (found.number, "jobs-deposit")
    assert (found.view.topic, found.view.risk) == ("jobs", "medium")
    assert (found.view.question, found.view.answer) == (found.question, found.answer)


def test_texts_are_the_question_and_the_variants_in_order(seeded: Sessions) -> None:
    with seeded() as session:
        first = store.index_entries(session)[0]
    assert first.texts == (entry().question, *entry().variants)
    assert first.question == entry().question


def test_every_change_is_a_revision_that_can_be_restored(seeded: Sessions) -> None:
    with seeded.begin() as session:
        store.save(session, "accounts", entry(answer="Sai.", variants=["x"]), "counsellor")
    with seeded.begin() as session:
        first = revisions(session, "accounts-hacked")[0]
        number = store.restore(session, first.number)
        assert number in [each.number for each in store.index_entries(session)]
        assert store.export_files(session) == small_bank()
        authors = [r.author for r in revisions(session, "accounts-hacked")]
        assert authors == ["seed", "counsellor", "counsellor"]


def test_restoring_brings_back_the_topic(seeded: Sessions) -> None:
    with seeded.begin() as session:
        store.save(session, "jobs", entry(), "counsellor")
    with seeded.begin() as session:
        store.restore(session, revisions(session, "accounts-hacked")[0].number)
        (row,) = session.scalars(select(Entry).where(Entry.id == "accounts-hacked"))
        assert row.topic_slug == "accounts"


def test_a_revision_or_a_topic_that_is_not_there_is_an_error(seeded: Sessions) -> None:
    with seeded.begin() as session:
        with pytest.raises(LookupError, match="revision 999"):
            store.restore(session, 999)
        with pytest.raises(LookupError, match="nowhere"):
            store.save(session, "nowhere", entry(), "counsellor")


def test_saving_without_a_change_leaves_no_trace(seeded: Sessions) -> None:
    with seeded.begin() as session:
        before = store.version(session)
        store.save(session, "accounts", entry(), "counsellor")
        assert store.version(session) == before
        assert len(revisions(session, "accounts-hacked")) == 1


def test_numbers_are_never_given_again(sessions: Sessions) -> None:
    with sessions.begin() as session:
        store.import_files(session, [with_entries("accounts", entry("a"), entry("b"))])
    with sessions.begin() as session:
        last = session.scalars(select(Entry).where(Entry.id == "b")).one()
        for revision in revisions(session, "b"):
            session.delete(revision)
        session.delete(last)
        taken = last.number
    with sessions.begin() as session:
        assert store.save(session, "accounts", entry("c"), "counsellor") > taken


def test_stats_count_what_is_there(seeded: Sessions) -> None:
    with seeded.begin() as session:
        store.save(session, "jobs", entry("jobs-new", status="draft"), "counsellor")
        figures = store.stats(session)
    assert figures["entries"] == 7
    assert figures["by_status"] == {"published": 6, "draft": 1}
    assert figures["by_last_author"] == {"seed": 6, "counsellor": 1}


def test_what_changed_since_a_revision(seeded: Sessions) -> None:
    with seeded() as session:
        before = store.last_revision(session)
        assert store.changed_since(session, before) == set()
    with seeded.begin() as session:
        number = store.save(session, "jobs", entry("jobs-new"), "counsellor")
        store.save(session, "accounts", entry("accounts-hacked", status="retired"), "counsellor")
    with seeded() as session:
        changed = store.changed_since(session, before)
        assert changed == {1, number}
        assert [each.id for each in store.index_entries(session, changed)] == ["jobs-new"]
        assert store.last_revision(session) == before + 2


def test_an_empty_bank_has_no_revision(sessions: Sessions) -> None:
    with sessions() as session:
        assert store.last_revision(session) == 0
