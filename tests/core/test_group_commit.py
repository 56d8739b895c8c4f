"""Group commit on a real SQLite file: waiting together, committed together, failing alone."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, text

from backend.database import Database
from backend.errors import Overloaded
from backend.group_commit import Call, GroupCommit, TryAgain


class Notebook:
    """A table of words on a database, written to in batches; `sizes` are those of the batches."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.sizes: list[int] = []

    def put(self, tx: Connection, words: list[str], now: int) -> Sequence[Any]:
        """Write down each word; one of `poison` breaks the batch, `refuse` is refused alone."""
        self.sizes.append(len(words))
        answers: list[Any] = []
        for word in words:
            if word.startswith("refuse"):
                answers.append(ValueError(word))
                continue
            if word.startswith("poison"):
                raise RuntimeError(word)
            tx.execute(text("INSERT INTO word VALUES (:word)"), {"word": word})
            answers.append(word.upper())
        return answers

    async def words(self) -> list[str]:
        """All that is stored."""

        def look(tx: Connection) -> list[str]:
            return list(tx.execute(text("SELECT word FROM word ORDER BY rowid")).scalars())

        return await self.db.read(look)


@pytest.fixture
async def notebook(sqlite_url: str) -> AsyncIterator[Notebook]:
    """An empty notebook."""
    db = Database(sqlite_url, lambda: 0)
    await db.open()
    await db.write(lambda tx: tx.execute(text("CREATE TABLE word (word TEXT PRIMARY KEY)")))
    yield Notebook(db)
    await db.close()


async def test_what_waits_is_committed_together(notebook: Notebook) -> None:
    """200 calls at once need a handful of commits, none above 64, and each has its own answer."""
    asked = [f"w{number}" for number in range(200)]
    answers = await asyncio.gather(
        *(notebook.db.together("lane", notebook.put, word) for word in asked)
    )

    assert [word.upper() for word in asked] == answers
    assert asked == await notebook.words()
    assert len(notebook.sizes) <= 10
    assert 64 == max(notebook.sizes)


async def test_a_single_call_does_not_wait(notebook: Notebook) -> None:
    """One call after the other is a batch of one each time."""
    for number in range(5):
        await notebook.db.together("lane", notebook.put, f"w{number}")

    assert [1] * 5 == notebook.sizes


async def test_one_poisonous_call_among_64_fails_alone(notebook: Notebook) -> None:
    """The 63 others are stored once each, the culprit alone gets its error."""
    asked = [f"w{number}" for number in range(63)]
    asked.insert(17, "poison")
    answers = await asyncio.gather(
        *(notebook.db.together("lane", notebook.put, word) for word in asked),
        return_exceptions=True,
    )

    failed = [answer for answer in answers if isinstance(answer, BaseException)]
    assert ["poison"] == [str(error) for error in failed]
    assert isinstance(answers[17], RuntimeError)
    assert sorted(set(asked) - {"poison"}) == sorted(await notebook.words())


async def test_what_the_database_refuses_fails_alone(notebook: Notebook) -> None:
    """A row that a constraint refuses harms none of its neighbours."""
    await notebook.db.together("lane", notebook.put, "taken")
    asked = ["a", "b", "taken", "c"]
    answers = await asyncio.gather(
        *(notebook.db.together("lane", notebook.put, word) for word in asked),
        return_exceptions=True,
    )

    assert [False, False, True, False] == [isinstance(x, BaseException) for x in answers]
    assert ["a", "b", "c", "taken"] == sorted(await notebook.words())


async def test_a_refusal_is_an_answer(notebook: Notebook) -> None:
    """A refusal given as a value is raised for its caller; the batch is committed in one go."""
    answers = await asyncio.gather(
        *(notebook.db.together("lane", notebook.put, word) for word in ("a", "refuse", "b")),
        return_exceptions=True,
    )

    assert ["A", "B"] == [answers[0], answers[2]]
    assert isinstance(answers[1], ValueError)
    assert 3 == sum(notebook.sizes), "nothing was tried twice"


async def test_a_caller_who_leaves_the_queue_has_done_nothing(notebook: Notebook) -> None:
    """Cancelled while queued, a call is dropped; its neighbours are served."""
    calls = [
        asyncio.create_task(notebook.db.together("lane", notebook.put, f"w{number}"))
        for number in range(3)
    ]
    await asyncio.sleep(0)
    calls[1].cancel()
    answers = await asyncio.gather(*calls, return_exceptions=True)

    assert ["W0", "W2"] == [answers[0], answers[2]]
    assert isinstance(answers[1], asyncio.CancelledError)
    assert ["w0", "w2"] == await notebook.words()


# --- the queue itself, with a commit that the test holds back -----------------------------


class Gate:
    """A commit that waits for the test; `batches` are those it was given, by what they ask."""

    def __init__(self) -> None:
        self.batches: list[list[Any]] = []
        self.open = asyncio.Event()
        self.errors: list[BaseException] = []

    async def commit(self, batch: list[Call]) -> list[Any]:
        """Answer each with what it asked, once the gate is open; the errors come first."""
        self.batches.append([call.ask for call in batch])
        await self.open.wait()
        if self.errors:
            raise self.errors.pop(0)
        return [call.ask for call in batch]


def nothing(*_: Any) -> list[Any]:
    """A batch function that the gate never calls."""
    raise AssertionError


async def test_a_caller_who_leaves_in_flight_harms_nobody() -> None:
    """Cancelled while its commit runs, a call is done all the same, and the next are served."""
    gate = Gate()
    group = GroupCommit(gate.commit)
    group.start()
    first = asyncio.create_task(group("lane", nothing, 1))
    await asyncio.sleep(0.01)
    first.cancel()
    second = asyncio.create_task(group("lane", nothing, 2))
    gate.open.set()

    assert 2 == await second
    assert first.cancelled() or first.cancelling()
    assert [[1], [2]] == gate.batches
    await group.close()


async def test_a_full_queue_refuses_at_once() -> None:
    """Beyond its bound the queue refuses with Retry-After; one lane may fill half of it."""
    gate = Gate()
    group = GroupCommit(gate.commit, waiting=10)
    group.start()
    running = asyncio.create_task(group("a", nothing, 0))
    await asyncio.sleep(0.01)
    in_a = [asyncio.create_task(group("a", nothing, n)) for n in range(5)]
    await asyncio.sleep(0.01)
    with pytest.raises(Overloaded) as half:
        await group("a", nothing, 9)
    in_b = [asyncio.create_task(group("b", nothing, n)) for n in range(5)]
    await asyncio.sleep(0.01)
    with pytest.raises(Overloaded) as full:
        await group("c", nothing, 9)
    gate.open.set()

    assert "1" == half.value.headers["Retry-After"]
    assert (503, True) == (full.value.status, full.value.retryable)
    assert 0 == await running
    assert [0, 1, 2, 3, 4] * 2 == list(await asyncio.gather(*in_a, *in_b))
    await group.close()


async def test_lanes_take_turns() -> None:
    """A workspace with one call waits for no more than a share of a busy one's hundred."""
    gate = Gate()
    group = GroupCommit(gate.commit, most=8)
    group.start()
    running = asyncio.create_task(group("x", nothing, "x"))
    await asyncio.sleep(0.01)
    busy = [asyncio.create_task(group("busy", nothing, f"b{n}")) for n in range(100)]
    await asyncio.sleep(0.01)
    quiet = [asyncio.create_task(group(f"q{n}", nothing, f"q{n}")) for n in range(3)]
    await asyncio.sleep(0.01)
    gate.open.set()
    await asyncio.gather(running, *busy, *quiet)

    assert ["b0", "q0", "q1", "q2", "b1", "b2", "b3", "b4"] == gate.batches[1]
    await group.close()


async def test_passing_trouble_is_tried_again() -> None:
    """TryAgain three times, then done: the caller sees the answer; four times: Overloaded."""
    gate = Gate()
    gate.open.set()
    group = GroupCommit(gate.commit)
    group.start()
    gate.errors = [TryAgain("busy")] * 3

    assert 1 == await group("lane", nothing, 1)
    assert 4 == len(gate.batches)
    gate.errors = [TryAgain("busy")] * 4
    with pytest.raises(Overloaded):
        await group("lane", nothing, 2)
    assert 3 == await group("lane", nothing, 3)
    await group.close()


async def kill(group: GroupCommit) -> None:
    """End the writing task as a bug or a signal would."""
    assert group._task is not None
    group._task.cancel()
    await asyncio.wait([group._task])


async def test_a_dead_writer_leaves_nobody_waiting() -> None:
    """If the writing task ends, whoever is queued or comes later is refused, and does not hang."""
    gate = Gate()
    group = GroupCommit(gate.commit)
    group.start()
    in_flight = asyncio.create_task(group("lane", nothing, 1))
    await asyncio.sleep(0.01)
    queued = asyncio.create_task(group("lane", nothing, 2))
    await asyncio.sleep(0.01)
    await kill(group)
    with pytest.raises(Overloaded):
        await asyncio.wait_for(queued, timeout=2)
    with pytest.raises(Overloaded):
        await group("lane", nothing, 3)
    in_flight.cancel()


async def test_a_dead_writer_fails_those_in_flight_too() -> None:
    """If the writing task ends in the middle of a commit, its callers are refused as well."""
    gate = Gate()
    group = GroupCommit(gate.commit)
    group.start()
    in_flight = asyncio.create_task(group("lane", nothing, 1))
    await asyncio.sleep(0.01)
    await kill(group)
    with pytest.raises(Overloaded):
        await asyncio.wait_for(in_flight, timeout=0.5)


async def test_closing_serves_what_is_queued() -> None:
    """What was accepted before the end is done; what comes after is refused."""
    gate = Gate()
    group = GroupCommit(gate.commit, most=2)
    group.start()
    calls = [asyncio.create_task(group("lane", nothing, number)) for number in range(5)]
    await asyncio.sleep(0.01)
    closing = asyncio.create_task(group.close())
    gate.open.set()

    assert [0, 1, 2, 3, 4] == list(await asyncio.gather(*calls))
    await asyncio.wait_for(closing, timeout=2)
    with pytest.raises(Overloaded):
        await group("lane", nothing, 9)
