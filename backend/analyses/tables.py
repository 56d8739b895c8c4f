"""What was found about a contact, and whether finding it was paid for: looks and enrichments."""

from sqlalchemy import BigInteger, Index, String, text
from sqlmodel import Field, SQLModel

from backend.database import instant_field, long_text
from backend.instants import Instant
from shared_schemas.vocabulary import AnalysisStatus, EnrichmentStatus

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


_RUNNING = text("status = 'running'")


class Enrichment(SQLModel, table=True):
    """One action for a contact. The same question is running at most once.

    `asked` is the hash of the inputs; `fields` and `attempts` are JSON documents as the sidecar
    gave them. Until `fresh_until` a paid answer is given again and costs nothing.
    """

    __tablename__ = "enrichment"
    __table_args__ = (
        Index(
            "one_enrichment_running",
            "workspace_id",
            "contact_id",
            "action",
            "asked",
            unique=True,
            sqlite_where=_RUNNING,
            postgresql_where=_RUNNING,
        ),
        Index("enrichments_of_contact", "workspace_id", "contact_id", "started_at"),
    )

    workspace_id: str = Field(primary_key=True, foreign_key="workspace.id")
    id: str = Field(primary_key=True)
    contact_id: str
    action: str = Field(sa_type=String(32))
    asked: str = Field(sa_type=String(64))
    status: EnrichmentStatus = Field(sa_type=String(16))
    reason: str | None = None
    hold_id: str | None = None
    source: str
    fields: str | None = long_text(default=None)
    attempts: str | None = long_text(default=None)
    upstream_cost_micros: int = Field(default=0, sa_type=BigInteger)
    receipt_id: str | None = None
    charged: int = 0
    started_by: str
    started_at: Instant = instant_field()
    deadline_at: Instant = instant_field()
    finished_at: Instant | None = instant_field(default=None)
    fresh_until: Instant | None = instant_field(default=None)


class ContactField(SQLModel, table=True):
    """The best that is known of one kind (an address, a number, a title) about a contact."""

    __tablename__ = "contact_field"

    workspace_id: str = Field(primary_key=True, foreign_key="workspace.id")
    contact_id: str = Field(primary_key=True)
    name: str = Field(primary_key=True, max_length=64, sa_type=String(64))
    document: str = long_text()
    enrichment_id: str
    at: Instant = instant_field()
