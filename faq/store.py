"""All SQL of the bank.

Functions take a session and leave the commit to the caller. Those that write first take the bank's
lock, so that processes that start together seed it once.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, selectinload

from faq.bank import BankEntry, BankFile, Review
from faq.tables import BankVersion, Entry, Revision, Topic, Variant

Author = Literal["seed", "import", "counsellor"]


@dataclass(frozen=True)
class EntryView:
    """A published entry, as it is shown."""

    number: int
    id: str
    topic: str
    question: str
    answer: str
    risk: str


@dataclass(frozen=True)
class IndexEntry:
    """A published entry, as it is searched: `texts` are its question and variants."""

    number: int
    id: str
    topic: str
    texts: tuple[str, ...]
    answer: str
    risk: str

    @property
    def view(self) -> EntryView:
        """The entry as it is shown."""
        return EntryView(self.number, self.id, self.topic, self.question, self.answer, self.risk)

    @property
    def question(self) -> str:
        """The first of the texts."""
        return self.texts[0]


@dataclass
class Changes:
    """How many entries a seed or an import added, changed, retired, and left as they were."""

    added: int = 0
    updated: int = 0
    retired: int = 0
    kept: int = 0
    """Differ from the files, but a person changed them, so the database stands."""
    unchanged: int = 0


def seed(session: Session, files: Sequence[BankFile]) -> Changes:
    """Brings the bank up to the files that come with the program.

    New entries are added. Entries last changed by a seed follow the files, and are retired when
    they are no longer there. Entries that a person changed or imported are left alone.
    """
    _lock(session)
    changes = Changes()
    rows = _rows(session)
    for file, position, entry in _entries(session, files):
        row = rows.pop(entry.id, None)
        if row is not None and row.changed_by != "seed":
            same = _content(row) == (file.topic, entry)
            changes.unchanged += same
            changes.kept += not same
        else:
            _count(
                changes,
                _put(session, row, topic=file.topic, position=position, entry=entry, author="seed"),
            )
    for row in rows.values():
        if row.changed_by == "seed" and row.status != "retired":
            topic, entry = _content(row)
            retired = entry.model_copy(update={"status": "retired"})
            _put(session, row, topic=topic, position=row.position, entry=retired, author="seed")
            changes.retired += 1
    if changes.added or changes.updated or changes.retired:
        _bump(session)
    return changes


def import_files(
    session: Session, files: Sequence[BankFile], *, keep_edited: bool = False
) -> Changes:
    """Makes every entry of the files stand in the bank as it stands in the files.

    Entries that the files do not hold are left alone.

    Args:
        session: The session; nothing is committed.
        files: What to import.
        keep_edited: Leave alone what a counsellor was the last to change.
    """
    _lock(session)
    changes = Changes()
    rows = _rows(session)
    for file, position, entry in _entries(session, files):
        row = rows.get(entry.id)
        edited = row is not None and row.changed_by == "counsellor"
        if keep_edited and row is not None and edited and _content(row) != (file.topic, entry):
            changes.kept += 1
        else:
            _count(
                changes,
                _put(
                    session, row, topic=file.topic, position=position, entry=entry, author="import"
                ),
            )
    if changes.added or changes.updated:
        _bump(session)
    return changes


def save(session: Session, topic: str, entry: BankEntry, author: Author) -> int:
    """Writes one entry, new or known by its id, and returns its number.

    Raises:
        LookupError: If there is no such topic.
    """
    _lock(session)
    if session.get(Topic, topic) is None:
        raise LookupError(f"there is no topic '{topic}'")
    row = session.scalar(select(Entry).where(Entry.id == entry.id))
    if row is not None and row.topic_slug == topic:
        position = row.position
    else:
        last = session.scalar(select(func.max(Entry.position)).where(Entry.topic_slug == topic))
        position = 0 if last is None else last + 1
    if (
        _put(session, row, topic=topic, position=position, entry=entry, author=author)
        != "unchanged"
    ):
        _bump(session)
    return session.scalars(select(Entry.number).where(Entry.id == entry.id)).one()


def restore(session: Session, revision: int, author: Author = "counsellor") -> int:
    """Makes an entry again what it was after a revision, and returns the entry's number.

    Raises:
        LookupError: If there is no such revision.
    """
    row = session.get(Revision, revision)
    if row is None:
        raise LookupError(f"there is no revision {revision}")
    snapshot = dict(row.snapshot)
    topic = snapshot.pop("topic")
    return save(session, topic, BankEntry.model_validate(snapshot), author)


def export_files(session: Session) -> list[BankFile]:
    """Returns the whole bank, drafts and retired entries included, in the form of files."""
    entries: dict[str, list[BankEntry]] = defaultdict(list)
    for row in _rows(session).values():
        topic, entry = _content(row)
        entries[topic].append(entry)
    topics = session.scalars(select(Topic).order_by(Topic.slug))
    return [BankFile(topic=t.slug, title=t.title, entries=entries[t.slug]) for t in topics]


def version(session: Session) -> int:
    """Returns a number that grows with every change of the bank."""
    return session.scalars(select(BankVersion.version)).one()


def last_revision(session: Session) -> int:
    """Returns the number of the newest revision, 0 if there is none."""
    return session.scalar(select(func.max(Revision.number))) or 0


def changed_since(session: Session, revision: int) -> set[int]:
    """Returns the numbers of the entries that were written after a revision."""
    query = select(Revision.entry_number).where(Revision.number > revision)
    return set(session.scalars(query))


def index_entries(session: Session, numbers: Iterable[int] | None = None) -> list[IndexEntry]:
    """Returns published entries with their texts, in the order of their numbers.

    Args:
        session: The session.
        numbers: Only those of these entries that are published; all by default.
    """
    published = Entry.status == "published"
    if numbers is not None:
        published &= Entry.number.in_(list(numbers))
    variants: dict[int, list[str]] = defaultdict(list)
    for number, text in session.execute(
        select(Variant.entry_number, Variant.text)
        .join(Variant.entry)
        .where(published)
        .order_by(Variant.entry_number, Variant.position)
    ):
        variants[number].append(text)
    return [
        IndexEntry(
            row.number,
            row.id,
            row.topic_slug,
            (row.question, *variants[row.number]),
            row.answer,
            row.risk,
        )
        for row in session.scalars(select(Entry).where(published).order_by(Entry.number))
    ]


def stats(session: Session) -> dict[str, Any]:
    """Returns the bank's version, and how many entries it holds by status and last author."""
    rows = session.execute(select(Entry.status, Entry.changed_by)).all()
    return {
        "version": version(session),
        "entries": len(rows),
        "by_status": dict(Counter(row.status for row in rows)),
        "by_last_author": dict(Counter(row.changed_by for row in rows)),
    }


def _lock(session: Session) -> None:
    """Waits until no other process writes the bank, and keeps others waiting until the commit."""
    session.execute(update(BankVersion).values(version=BankVersion.version))


def _bump(session: Session) -> None:
    session.execute(
        update(BankVersion).values(version=BankVersion.version + 1, changed_at=datetime.now(UTC))
    )


def _rows(session: Session) -> dict[str, Entry]:
    query = select(Entry).options(selectinload(Entry.variants))
    rows = session.scalars(query.order_by(Entry.topic_slug, Entry.position, Entry.number))
    return {row.id: row for row in rows}


def _entries(
    session: Session, files: Iterable[BankFile]
) -> Iterable[tuple[BankFile, int, BankEntry]]:
    for file in files:
        session.merge(Topic(slug=file.topic, title=file.title))
        for position, entry in enumerate(file.entries):
            yield file, position, entry


def _content(row: Entry) -> tuple[str, BankEntry]:
    reviewed = None
    if row.reviewed_by is not None and row.reviewed_on is not None:
        reviewed = Review(by=row.reviewed_by, on=row.reviewed_on)
    return row.topic_slug, BankEntry.model_validate(
        {
            "id": row.id,
            "question": row.question,
            "variants": [variant.text for variant in row.variants],
            "answer": row.answer,
            "risk": row.risk,
            "source": row.source,
            "reviewed": reviewed,
            "status": row.status,
        }
    )


def _put(
    session: Session,
    row: Entry | None,
    *,
    topic: str,
    position: int,
    entry: BankEntry,
    author: Author,
) -> Literal["added", "updated", "unchanged"]:
    """Writes an entry with its revision, where it differs from what stands."""
    if row is not None and _content(row) == (topic, entry):
        row.position = position
        return "unchanged"
    outcome: Literal["added", "updated"] = "updated"
    if row is None:
        outcome = "added"
        row = Entry(id=entry.id)
        session.add(row)
    now = datetime.now(UTC)
    row.topic_slug = topic
    row.position = position
    row.question = entry.question
    row.answer = entry.answer
    row.status = entry.status
    row.risk = entry.risk
    row.source = entry.source
    row.reviewed_by = entry.reviewed.by if entry.reviewed else None
    row.reviewed_on = entry.reviewed.on if entry.reviewed else None
    row.changed_by = author
    row.changed_at = now
    row.variants = [Variant(position=place, text=text) for place, text in enumerate(entry.variants)]
    snapshot = {"topic": topic, **entry.model_dump(mode="json")}
    session.add(Revision(entry=row, author=author, at=now, snapshot=snapshot))
    return outcome


def _count(changes: Changes, outcome: Literal["added", "updated", "unchanged"]) -> None:
    setattr(changes, outcome, getattr(changes, outcome) + 1)
