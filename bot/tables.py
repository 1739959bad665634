"""Tables of the gateway: ids only, and only for as long as they are needed."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, String
from sqlalchemy.orm import Mapped, mapped_column

from common.database import Base


class SentMessage(Base):
    """A message in a chat that a wipe would delete."""

    __tablename__ = "sent_message"

    pseudonym: Mapped[str] = mapped_column(String(64), primary_key=True)
    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


class AnsweredUpdate(Base):
    """An update of Telegram that has been answered."""

    __tablename__ = "answered_update"

    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
