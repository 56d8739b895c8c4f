"""Workspaces, their members, and every kind of credential (only hashes of secrets are stored)."""

from sqlalchemy import Index, String, text
from sqlmodel import Field, SQLModel

from backend.database import instant_field, long_text
from backend.instants import NEVER, Instant
from shared_schemas.vocabulary import WorkspaceRole


class InstallationSecret(SQLModel, table=True):
    """Random secrets of this installation, made once; every process of it reads the same."""

    __tablename__ = "installation_secret"

    name: str = Field(primary_key=True)
    value: str


class Workspace(SQLModel, table=True):
    """Who pays. Its credits live in `credit_pool`."""

    __tablename__ = "workspace"

    id: str = Field(primary_key=True)
    name: str
    time_zone: str
    policy_id: str
    created_at: Instant = instant_field()
    version: int = 1
    # At how many percent of an allotment used a warning is given; see `credits.alerts`.
    alert_thresholds: str = "80,95,100"


class Member(SQLModel, table=True):
    """Who acts, in one workspace. One person (an email) may be a member of several."""

    __tablename__ = "member"
    __table_args__ = (
        # One live membership a person and workspace; a former one stays for the journal.
        Index(
            "one_live_member_per_email",
            "workspace_id",
            "email",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index("member_by_email", "email"),
    )

    workspace_id: str = Field(primary_key=True, foreign_key="workspace.id")
    id: str = Field(primary_key=True)
    email: str
    name: str
    role: WorkspaceRole = Field(sa_type=String(16))
    created_at: Instant = instant_field()
    removed_at: Instant | None = instant_field(default=None)


class SignInLink(SQLModel, table=True):
    """A one-time link to the console."""

    __tablename__ = "sign_in_link"

    token_hash: str = Field(primary_key=True)
    email: str
    created_at: Instant = instant_field()
    expires_at: Instant = instant_field()
    used_at: Instant | None = instant_field(default=None)


class Session(SQLModel, table=True):
    """A signed-in browser of the console; it belongs to a person, not to one workspace."""

    __tablename__ = "session"

    token_hash: str = Field(primary_key=True)
    email: str
    csrf_token: str
    created_at: Instant = instant_field()
    expires_at: Instant = instant_field()


class ApiKey(SQLModel, table=True):
    """A key for scripts and CRMs: it acts as its member, within its scopes."""

    __tablename__ = "api_key"
    __table_args__ = (Index("one_key_per_hash", "key_hash", unique=True),)

    workspace_id: str = Field(primary_key=True, foreign_key="workspace.id")
    id: str = Field(primary_key=True)
    member_id: str
    name: str
    hint: str
    key_hash: str
    scopes: str
    created_at: Instant = instant_field()
    expires_at: Instant = instant_field(default=NEVER)
    revoked_at: Instant | None = instant_field(default=None)


class Browser(SQLModel, table=True):
    """A browser with our extension, paired with one member."""

    __tablename__ = "browser"
    __table_args__ = (
        Index("one_browser_per_access", "access_hash", unique=True),
        Index("one_browser_per_refresh", "refresh_hash", unique=True),
        Index("one_browser_per_old_refresh", "old_refresh_hash", unique=True),
    )

    workspace_id: str = Field(primary_key=True, foreign_key="workspace.id")
    id: str = Field(primary_key=True)
    member_id: str
    label: str
    version: str
    access_hash: str
    access_expires_at: Instant = instant_field()
    refresh_hash: str
    refresh_expires_at: Instant = instant_field()
    old_refresh_hash: str | None = None
    rotated_at: Instant = instant_field()
    created_at: Instant = instant_field()
    seen_at: Instant = instant_field()
    revoked_at: Instant | None = instant_field(default=None)


class Pairing(SQLModel, table=True):
    """A browser that asks to be connected; a signed-in person approves it by its user code."""

    __tablename__ = "pairing"
    __table_args__ = (Index("one_pairing_per_code", "user_code", unique=True),)

    id: str = Field(primary_key=True)
    user_code: str
    code_challenge: str
    label: str
    version: str
    status: str = Field(sa_type=String(16))
    workspace_id: str | None = None
    member_id: str | None = None
    tries: int = 0
    polled_at: Instant = instant_field(default=0)
    created_at: Instant = instant_field()
    expires_at: Instant = instant_field()


class AuditLine(SQLModel, table=True):
    """Who changed what in a workspace; never edited."""

    __tablename__ = "audit_line"
    __table_args__ = (Index("audit_by_time", "workspace_id", "at"),)

    workspace_id: str = Field(primary_key=True, foreign_key="workspace.id")
    id: str = Field(primary_key=True)
    at: Instant = instant_field()
    member_id: str | None = None
    action: str
    subject: str
    details: str = long_text(default="{}")
