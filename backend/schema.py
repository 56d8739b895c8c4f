"""The database's shape: migrations, and what every installation has from the start."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlmodel import SQLModel

from backend import idempotency, outbox
from backend.analyses import tables as _analyses
from backend.campaigns import tables as _campaigns
from backend.contacts import tables as _contacts
from backend.credits import tables as _credits
from backend.database import Database
from backend.workspaces import tables as _workspaces
from backend.workspaces.actions import make_secrets

METADATA = SQLModel.metadata
"""All tables; importing this module registers them."""

_KNOWN = (idempotency, outbox, _analyses, _campaigns, _contacts, _credits, _workspaces)
_SCRIPTS = Path(__file__).parent / "migrations"


class NewerDatabase(Exception):
    """The database was made by a newer version of the program."""


async def prepare(db: Database) -> None:
    """Bring the database to this version and make the installation's secrets.

    Two processes may start at once: the second waits for the first and finds nothing to do.
    """
    await db.write(_upgrade, lane="migrations")


def _upgrade(tx: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    scripts = ScriptDirectory.from_config(config)
    known = {script.revision for script in scripts.walk_revisions()}
    current = version_of(tx)
    if current is not None and current not in known:
        raise NewerDatabase(
            f"This database was made by a newer version of Meetonce (revision {current})."
        )
    if current != scripts.get_current_head():
        config.attributes["connection"] = tx
        command.upgrade(config, "head")
    make_secrets(tx, ["suppression"])


def version_of(tx: Connection) -> str | None:
    """The revision that the database is at; None for an empty one."""
    return MigrationContext.configure(tx).get_current_revision()
