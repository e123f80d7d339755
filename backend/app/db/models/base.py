"""What every table shares: keys, time stamps, naming, and the user it belongs to."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import DateTime, Dialect, ForeignKey, MetaData, Numeric, Text, TypeDecorator, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from typing_extensions import override
from uuid_utils.compat import uuid7

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def utc_now() -> datetime:
    return datetime.now(UTC)


class Unsigned64(TypeDecorator[int]):
    """A number up to 2^64 - 1, for which no integer type of PostgreSQL has room; never a float on the way."""

    impl = Numeric(20, 0)
    cache_ok = True

    @override
    def process_result_value(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own declaration
        datetime: DateTime(timezone=True),
        str: Text,
        dict[str, Any]: JSONB,
        list[dict[str, Any]]: JSONB,
        list[str]: ARRAY(Text),
    }


Key = Annotated[UUID, mapped_column(primary_key=True, default=uuid7)]
OwnerKey = Annotated[UUID, mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)]
Created = Annotated[datetime, mapped_column(server_default=func.now(), default=utc_now)]


class Owned:
    """A row of one user; row level security compares `user_id` with the user of the transaction."""

    id: Mapped[Key]
    user_id: Mapped[OwnerKey]
    created_at: Mapped[Created]
