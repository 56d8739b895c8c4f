"""The command `meetonce`."""

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from backend import schema, telemetry
from backend.analyses.enrichment import EnrichmentClient
from backend.credits.journal.verify import verify as find_differences
from backend.credits.policy import first_policy, policy_schema_text
from backend.credits.policy_files import policy_command as policies
from backend.credits.simulator import simulate as simulator
from backend.database import Database
from backend.demo.seed import Seeded, seed_demo
from backend.errors import Refusal
from backend.flows.workspaces import Founded, found, policy_named
from backend.install.packing import unpack_extension
from backend.instants import Instant
from backend.serving import (
    Refused,
    alone_on,
    run_worker,
    serve,
    serve_with_workers,
    sidecar_beside,
)
from backend.settings import Settings, WrongSetting, read_settings
from backend.workspaces.actions import make_sign_in_link
from backend.workspaces.queries import any_workspace, memberships

FIRST_OWNER = "owner@localhost"

T = TypeVar("T")


def system_clock() -> Instant:
    """The machine's time: the one place, with the app's start, where a clock is read."""
    return time.time_ns() // 1000


def _with_database(settings: Settings, do: Callable[[Database], Awaitable[T]]) -> T:
    """Run `do` over an open, migrated database."""

    async def run() -> T:
        db = Database(settings.database, system_clock)
        await db.open()
        try:
            await schema.prepare(db)
            return await do(db)
        finally:
            await db.close()

    return asyncio.run(run())


def _sign_in_url(settings: Settings, token: str) -> str:
    return f"{settings.origin}/sign-in?token={token}"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="meetonce")
def cli() -> None:
    """Charges a workspace one credit the first time it meets a contact, and never again for it."""


# --- serving ------------------------------------------------------------------------------


@cli.command("serve")
@click.option("--host", default=None, help="Address to listen on (default 127.0.0.1).")
@click.option("--port", type=int, default=None, help="Port to listen on (default 8000).")
@click.option("--workers", type=click.IntRange(1, 64), default=1, help="Backend processes.")
@click.option("--no-sidecar", is_flag=True, help="Use the sidecar at MEETONCE_SIDECAR_URL.")
@click.option("--no-worker", is_flag=True, help="Leave the sweeps to `meetonce worker`.")
@click.option("--fd", type=int, default=None, hidden=True)
def serve_command(
    host: str | None,
    port: int | None,
    workers: int,
    no_sidecar: bool,
    no_worker: bool,
    fd: int | None,
) -> None:
    """Serve the backend, its worker and a sidecar; Ctrl-C ends all of it."""
    settings = _settings(host, port)
    if fd is not None:
        asyncio.run(serve(settings, system_clock, with_sidecar=False, with_worker=False, fd=fd))
        return
    if workers > 1 and settings.database.startswith("sqlite"):
        raise Refused("--workers above 1 needs PostgreSQL (MEETONCE_DATABASE_URL).")
    if settings.host in ("0.0.0.0", "::") and not settings.public_url:  # noqa: S104 (compared)
        _say(f"No browser can open {settings.host}: set MEETONCE_PUBLIC_URL to what they can.")
    with alone_on(settings):
        greeting = _first_start(settings)
        asyncio.run(_serve_all(settings, workers, not no_sidecar, not no_worker, greeting))


async def _serve_all(
    settings: Settings, workers: int, with_sidecar: bool, with_worker: bool, greeting: list[str]
) -> None:
    def greet() -> None:
        for line in greeting:
            _say(line)

    if workers == 1:
        await serve(
            settings,
            system_clock,
            with_sidecar=with_sidecar,
            with_worker=with_worker,
            fd=None,
            reachable=greet,
        )
        return
    await serve_with_workers(
        settings,
        system_clock,
        workers,
        with_sidecar=with_sidecar,
        with_worker=with_worker,
        reachable=greet,
    )


def _first_start(settings: Settings) -> list[str]:
    """Migrate, unpack the extension; what to tell whoever starts this, once it can be reached."""

    async def prepare(db: Database) -> Founded | None:
        if await db.read(any_workspace):
            return None
        policy = first_policy([settings.data_dir / "policies"])
        return await db.write(
            lambda tx: found(
                tx,
                name="My workspace",
                owner_email=FIRST_OWNER,
                policy=policy,
                plan=None,
                seats=1,
                time_zone="UTC",
                now=system_clock(),
            ),
            lane="first start",
        )

    founded = _with_database(settings, prepare)
    folder = unpack_extension(settings)
    origin = settings.origin
    if founded is None:
        return [
            f"Meetonce serves at {origin} (console: {origin}/console). Ctrl-C stops it.",
            f"Signed out? `meetonce sign-in {FIRST_OWNER}` prints a new link.",
        ]
    return [
        "Meetonce is ready. What to do next:",
        f"  1. Sign in (once):        {_sign_in_url(settings, founded.sign_in_token)}",
        f"  2. Install the extension: {origin}/extension  (unpacked in {folder})",
        f"  3. Try it without LinkedIn: {origin}/demo  (press Analyze on anybody)",
        f"  4. Ctrl-C stops everything; your data stays in {settings.data_dir}",
    ]


def _say(line: str) -> None:
    click.echo(line, err=True)


@cli.command("sidecar")
@click.option("--host", default=None, help="Address to listen on.")
@click.option("--port", type=int, default=None, help="Port to listen on.")
def sidecar_command(host: str | None, port: int | None) -> None:
    """Serve the sidecar alone; MEETONCE_SIDECAR_TOKEN is what it asks for."""
    settings = _settings(host, port)
    arguments = [sys.executable, "-m", "backend.sidecar"]
    os.environ["MEETONCE_HOST"], os.environ["MEETONCE_PORT"] = settings.host, str(settings.port)
    # Another program: it takes this process's place, so that signals reach it and nothing else.
    os.execv(sys.executable, arguments)  # noqa: S606 (our own interpreter and module)


@cli.command("worker")
def worker_command() -> None:
    """Run the sweeps alone (PostgreSQL; on SQLite they run inside serve)."""
    settings = _settings()
    if settings.database.startswith("sqlite"):
        raise Refused("On SQLite the worker runs inside `meetonce serve`.")
    asyncio.run(run_worker(settings, system_clock))


# --- workspaces ---------------------------------------------------------------------------


@cli.command("init")
@click.option("--workspace", required=True, help="Its name.")
@click.option("--owner", required=True, help="The owner's email.")
@click.option("--policy", required=True, help="A policy's name, or a file.")
@click.option("--plan", default=None, help="One of the policy's plans (default: its first).")
@click.option("--seats", type=click.IntRange(1, 100_000), default=1)
@click.option("--timezone", default="UTC", help="IANA name; decides where days begin.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")
def init_command(
    workspace: str,
    owner: str,
    policy: str,
    plan: str | None,
    seats: int,
    timezone: str,
    as_json: bool,
) -> None:
    """Make a workspace with its owner, its credits and a key; also while `serve` runs."""
    settings = _settings()
    rules = policy_named(policy, settings.data_dir / "policies")

    async def do(db: Database) -> Founded:
        return await db.write(
            lambda tx: found(
                tx,
                name=workspace,
                owner_email=owner,
                policy=rules,
                plan=plan,
                seats=seats,
                time_zone=timezone,
                now=system_clock(),
            )
        )

    founded = _with_database(settings, do)
    facts = {
        "workspace_id": founded.workspace_id,
        "owner_id": founded.owner_id,
        "api_key": founded.api_key,
        "sign_in_url": _sign_in_url(settings, founded.sign_in_token),
    }
    if as_json:
        click.echo(json.dumps(facts))
    else:
        for name, value in facts.items():
            click.echo(f"{name}: {value}")


@cli.command("demo")
def demo_command() -> None:
    """Add a sandbox workspace with invented people, to try everything on."""
    settings = _settings()

    async def do(db: Database) -> Seeded:
        async with sidecar_beside(settings, wanted=True) as known:
            client = EnrichmentClient(known.sidecar_url, known.sidecar_token)
            try:
                return await seed_demo(db, client, settings=settings, now=system_clock())
            finally:
                await client.close()

    for line in _with_database(settings, do).lines(settings.origin):
        click.echo(line)


@cli.command("sign-in")
@click.argument("email")
def sign_in_command(email: str) -> None:
    """Print a new one-time sign-in link for EMAIL."""
    settings = _settings()

    async def do(db: Database) -> str:
        known = await db.read(lambda tx: memberships(tx, email.strip().lower()))
        if not known:
            raise Refused(f"{email} is not a member of any workspace.")
        return await db.write(lambda tx: make_sign_in_link(tx, email=email, now=system_clock()))

    click.echo(_sign_in_url(settings, _with_database(settings, do)))


@cli.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")
def verify_command(as_json: bool) -> None:
    """Recompute every pool from its journal and check every invariant; exit 1 if any is broken."""
    settings = _settings()

    async def do(db: Database) -> list[Any]:
        return await db.read(find_differences)

    differences = _with_database(settings, do)
    if as_json:
        rows = [
            {
                "check": each.check,
                "workspace_id": each.workspace_id,
                "subject": each.subject,
                "found": each.found,
            }
            for each in differences
        ]
        click.echo(json.dumps({"ok": not rows, "differences": rows}))
    else:
        for each in differences:
            click.echo(f"{each.workspace_id} {each.subject}: not so: {each.check} ({each.found})")
        if not differences:
            click.echo("Every pool is what its journal says.")
    sys.exit(1 if differences else 0)


@cli.command(
    "simulate",
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    add_help_option=False,
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def simulate_command(arguments: tuple[str, ...]) -> None:
    """Run dated events through a policy, without a database."""
    own = read_settings().data_dir / "policies"
    sys.exit(
        simulator.run(list(arguments), sys.stdin.buffer, sys.stdout, sys.stderr, folders=[own])
    )


@cli.group("policy")
def policy_group() -> None:
    """Look at credit policies, and check files of one's own."""


@policy_group.command("validate")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def policy_validate_command(files: tuple[Path, ...]) -> None:
    """Check policy FILES: each fault with file, line and key; exit 1 if there is any."""
    code, lines = policies.validate_files(files)
    for line in lines:
        click.echo(line, err=code != 0)
    sys.exit(code)


@policy_group.command("list")
def policy_list_command() -> None:
    """List the policies that a workspace can have, built-in and own."""
    for line in policies.list_policies(read_settings().data_dir / "policies"):
        click.echo(line)


@policy_group.command("show")
@click.argument("name")
def policy_show_command(name: str) -> None:
    """Print a policy's file, to copy and edit."""
    click.echo(policy_named(name, read_settings().data_dir / "policies").source, nl=False)


@policy_group.command("schema")
def policy_schema_command() -> None:
    """Print the JSON Schema of a policy file, for an editor that checks while one types."""
    click.echo(policy_schema_text(), nl=False)


# --- the edge -----------------------------------------------------------------------------


def _settings(host: str | None = None, port: int | None = None) -> Settings:
    given = dict(os.environ)
    if host is not None:
        given["MEETONCE_HOST"] = host
    if port is not None:
        given["MEETONCE_PORT"] = str(port)
    settings = read_settings(given)
    telemetry.configure_logs(settings.log_format)
    return settings


def main() -> None:
    """Run a command; what an operator did wrong is one clear line, never a traceback."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except Refusal as error:
        click.echo(f"meetonce: {error.detail}", err=True)
        sys.exit(2)
    except (WrongSetting, Refused, schema.NewerDatabase) as error:
        click.echo(f"meetonce: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
