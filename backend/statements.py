"""Statements of the hot path: over a list of keys, compiled once, run by the driver itself.

SQLAlchemy's own way from a statement to the driver and back is more than half the time of a
batch of one. What is written here is Core all the same; only the run is direct.
"""

import json
from collections import namedtuple
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NoReturn

from sqlalchemy import Connection, FromClause, Text, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import bindparam
from sqlalchemy.sql.functions import FunctionElement

# --- a list of keys as a table ------------------------------------------------------------
# One statement text serves any number of keys, so that prepared statements and caches hold.
# (SQLite turns `(a, b) IN (VALUES ...)` into a scan of the whole table.)


class _JsonRows(FunctionElement[Any]):
    """The elements of a JSON array, one a row, in a column called `value`."""

    name = "json_rows"
    inherit_cache = True


@compiles(_JsonRows, "sqlite")
def _sqlite_rows(element: Any, compiler: Any, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_JsonRows, "postgresql")
def _postgres_rows(element: Any, compiler: Any, **options: Any) -> str:
    return f"jsonb_array_elements(CAST({compiler.process(element.clauses, **options)} AS JSONB))"


def key_rows(*names: str) -> tuple[FromClause, list[Any]]:
    """A table of keys bound as `keys` (see `bind_keys`), and its columns as text, one a name."""
    rows = _JsonRows(bindparam("keys", "[]", type_=Text)).table_valued("value", name="wanted")
    return rows, [rows.c.value.op("->>")(text(str(i))) for i in range(len(names))]


def bind_keys(keys: Iterable[Sequence[str | int]]) -> dict[str, str]:
    """The parameter of a statement over `key_rows`; keys go in sorted order (locks follow it)."""
    return {"keys": json.dumps(sorted(keys))}


# --- running ------------------------------------------------------------------------------


@dataclass(slots=True)
class _Compiled:
    """A statement as one dialect's driver takes it; `row` makes a value of a row of it."""

    sql: str
    names: list[str]
    known: dict[str, Any]
    row: Callable[[Iterable[Any]], Any] | None = None


class Statement:
    """A Core statement, compiled once a dialect, then run by the driver itself.

    Rows come as the driver gives them, as named tuples: a SQLite boolean is 0 or 1. Parameters
    are by name. What the driver raises comes as SQLAlchemy's own errors.
    """

    def __init__(self, statement: Any) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def __call__(self, tx: Connection, parameters: dict[str, Any]) -> list[Any]:
        """Run once; the rows that it answers, if any."""
        found = self._for(tx)
        known = found.known
        values = tuple([parameters[n] if n in parameters else known[n] for n in found.names])
        cursor: Any = tx.connection.cursor()
        try:
            cursor.execute(found.sql, values)
            if cursor.description is None:
                return []
            if found.row is None:
                found.row = _row_of([each[0] for each in cursor.description])
            return [found.row(row) for row in cursor.fetchall()]
        except tx.dialect.loaded_dbapi.Error as error:
            _raise(tx, found.sql, error, cursor)
        finally:
            cursor.close()

    def many(self, tx: Connection, rows: Sequence[dict[str, Any]]) -> None:
        """Run once for each row; all rows have the same names."""
        if not rows:
            return
        found = self._for(tx)
        names, known = found.names, found.known
        if known.keys() & set(names) - rows[0].keys():
            names_and_known = [(name, known.get(name)) for name in names]
            values = [tuple([row.get(n, k) for n, k in names_and_known]) for row in rows]
        else:
            pick = itemgetter(*names)
            values = [pick(row) for row in rows]
        cursor = tx.connection.cursor()
        try:
            if len(values) == 1:
                cursor.execute(found.sql, values[0])
            else:
                cursor.executemany(found.sql, values)
        except tx.dialect.loaded_dbapi.Error as error:
            _raise(tx, found.sql, error, cursor)
        finally:
            cursor.close()

    def _for(self, tx: Connection) -> _Compiled:
        found = self._compiled.get(tx.dialect.name)
        if found is None:
            compiled = self._statement.compile(
                dialect=tx.dialect, compile_kwargs={"render_postcompile": True}
            )
            known = compiled.construct_params(_check=False)
            found = _Compiled(str(compiled), list(compiled.positiontup), dict(known))
            self._compiled[tx.dialect.name] = found
        return found


def _row_of(names: list[str]) -> Callable[[Iterable[Any]], Any]:
    """What makes a named tuple of a row with these columns."""
    kind: Any = namedtuple("Row", names)  # type: ignore[misc]
    make: Callable[[Iterable[Any]], Any] = kind._make
    return make


def _raise(tx: Connection, sql: str, error: Exception, cursor: Any) -> NoReturn:
    """The driver's error as SQLAlchemy's, without the values: these are people."""
    dbapi = tx.dialect.loaded_dbapi
    gone = tx.dialect.is_disconnect(error, tx.connection, cursor)  # type: ignore[arg-type]
    if gone:
        tx.invalidate(error)
    raise DBAPIError.instance(
        sql,
        None,
        error,
        dbapi.Error,
        hide_parameters=True,
        connection_invalidated=gone,
        dialect=tx.dialect,
    ) from error
