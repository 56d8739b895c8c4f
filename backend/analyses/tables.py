"""What was found about a contact, and whether finding it was paid for."""

from sqlalchemy import Index, String, text
from sqlmodel import Field, SQLModel

from backend.database import instant_field, long_text
from backend.instants import Instant
from shared_schemas.vocabulary import AnalysisStatus

_CURRENT = text("status IN ('running', 'done')")


class Analysis(SQLModel, table=True):
    """One look at a contact. At most one is running or done for each contact."""

    __tablename__ = "analysis"
    __table_args__ = (
        Index(
            "one_analysis_per_contact",
            "workspace_id",
            "contact_id",
            unique=True,
            sqlite_where=_CURRENT,
            postgresql_where=_CURRENT,
        ),
        Index("analyses_of_contact", "workspace_id", "contact_id", "started_at"),
    )

    workspace_id: str = Field(primary_key=True, foreign_key="workspace.id")
    id: str = Field(primary_key=True)
    contact_id: str
    status: AnalysisStatus = Field(sa_type=String(16))
    hold_id: str | None = None
    holder_id: str
    source: str
    depth: str | None = None
    insight: str | None = long_text(default=None)
    receipt_id: str | None = None
    charged: int = 0
    started_by: str
    started_at: Instant = instant_field()
    deadline_at: Instant = instant_field()
    finished_at: Instant | None = instant_field(default=None)
