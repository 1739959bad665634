"""Tables of the question–answer bank."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, DateTime, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.database import Base


class Topic(Base):
    """A subject of the bank; one file in faq/bank."""

    __tablename__ = "topic"

    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))


class Entry(Base):
    """A question with its answer. Rows are never deleted: an entry is retired instead."""

    __tablename__ = "entry"
    __table_args__ = (
        CheckConstraint("status IN ('draft', 'in_review', 'published', 'retired')", name="status"),
        CheckConstraint("risk IN ('low', 'medium', 'high')", name="risk"),
        CheckConstraint("changed_by IN ('seed', 'import', 'counsellor')", name="changed_by"),
        Index("ix_entry_status", "status"),
        {"sqlite_autoincrement": True},
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    """Short name in buttons; given once and never reused."""
    id: Mapped[str] = mapped_column(String(60), unique=True)
    topic_slug: Mapped[str] = mapped_column(ForeignKey("topic.slug"), index=True)
    position: Mapped[int]
    """Place within the topic, from 0."""
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(16))
    risk: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(Text)
    reviewed_by: Mapped[str | None] = mapped_column(String(100))
    reviewed_on: Mapped[date | None]
    changed_by: Mapped[str] = mapped_column(String(16))
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    topic: Mapped[Topic] = relationship()
    variants: Mapped[list["Variant"]] = relationship(
        back_populates="entry", order_by="Variant.position", cascade="all, delete-orphan"
    )
    revisions: Mapped[list["Revision"]] = relationship(
        back_populates="entry", order_by="Revision.number"
    )


class Variant(Base):
    """Another way in which people ask an entry's question."""

    __tablename__ = "variant"

    entry_number: Mapped[int] = mapped_column(ForeignKey("entry.number"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    """Place within the entry, from 0."""
    text: Mapped[str] = mapped_column(Text)

    entry: Mapped[Entry] = relationship(back_populates="variants")


class Revision(Base):
    """An entry as it stood after one change."""

    __tablename__ = "revision"
    __table_args__ = (
        CheckConstraint("author IN ('seed', 'import', 'counsellor')", name="author"),
        {"sqlite_autoincrement": True},
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    entry_number: Mapped[int] = mapped_column(ForeignKey("entry.number"), index=True)
    author: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Topic and entry in the form of a bank file."""

    entry: Mapped[Entry] = relationship(back_populates="revisions")


class BankVersion(Base):
    """One row: how often the bank has changed."""

    __tablename__ = "bank_version"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
