"""The house rules that a linter cannot see; each failure names file and line."""

import ast
import re

from tests.house.source import (
    PRODUCT,
    ROOT,
    AnyFunction,
    Module,
    dotted,
    files,
    first_parameter,
    modules,
    name_of,
    parameters,
)

TRANSACTION_WORDS = {"begin", "begin_nested", "commit", "rollback"}
DATABASE = "backend/database.py"
# The other program has no part in the backend's transactions.
SIDECAR = "backend/sidecar/"

# Those that run things and therefore know what time it is. The sidecar is a program of its own.
CLOCK_OWNERS = re.compile(r"backend/(app|worker|cli)(\.py|/)|backend/sidecar/(app|__main__)\.py")
CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "current_timestamp", "localtime", "gmtime"}
CLOCK_HOLDERS = {"datetime", "date", "time", "func", "dt"}

LONGEST_FILE = 400
LONGEST_FUNCTION = 70
EMPTY_NAMES = {
    *("util", "utils", "helper", "helpers", "manager", "managers", "base", "common", "misc")
}

CREDIT_SYSTEMS = re.compile(
    r"humanlinker|phantombuster|lemlist|linkedin[-_ ]messages|inmail", re.IGNORECASE
)
POLICY_FILES = "backend/credits/policies/"

SCALARS = {
    *("str", "int", "bool", "float", "bytes", "None", "Any", "Instant", "Connection", "Database"),
    *("Sequence", "Iterable", "Collection", "Mapping", "Callable", "list", "tuple", "dict", "set"),
    *("frozenset", "Literal", "Annotated", "datetime"),
}
# Policies are shared by all workspaces; a pairing has none until somebody approves it.
IDS_WITHOUT_WORKSPACE = {"policy_id", "pairing_id"}


def test_only_the_database_module_begins_and_commits() -> None:
    """Nobody but backend/database.py calls begin, commit or rollback."""
    found = [
        module.at(call)
        for module in modules()
        if module.path != DATABASE and not module.path.startswith(SIDECAR)
        for call in ast.walk(module.tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in TRANSACTION_WORDS
        # A transaction's own take no argument; a method of another thing may share the word.
        and not call.args
    ]
    assert not found, f"only {DATABASE} says when a transaction begins and ends: {found}"


def test_no_clock_below_the_programs() -> None:
    """Only app, worker and cli ask what time it is; `now` is an argument of everything else.

    Monotonic clocks are allowed anywhere: they measure how long, not when.
    """
    found = [
        module.at(node)
        for module in modules()
        if not CLOCK_OWNERS.match(module.path)
        for node in ast.walk(module.tree)
        if _reads_a_clock(node)
    ]
    assert not found, f"`now` is an argument below app, worker and cli: {found}"


def _reads_a_clock(node: ast.AST) -> bool:
    """Whether `node` names a wall clock, called or handed on."""
    if isinstance(node, ast.Attribute) and node.attr in CLOCKS:
        holder = dotted(node.value).rpartition(".")[2]
        # `settings.time` and `row.date.today_count` are no clocks; `datetime.now` is one.
        return holder in CLOCK_HOLDERS
    if isinstance(node, ast.ImportFrom) and node.module == "time":
        return any(name.name in CLOCKS for name in node.names)
    return False


def test_the_first_parameter_tells() -> None:
    """`tx` is a Connection in a plain function; `db` belongs to an asynchronous one."""
    found = []
    for module in modules():
        if module.path.startswith(SIDECAR):
            continue
        for function in module.functions():
            first = first_parameter(function)
            if first is None:
                continue
            if first.arg == "tx" and (
                isinstance(function, ast.AsyncFunctionDef) or _annotation(first) != "Connection"
            ):
                found.append(f"{module.at(function)} {function.name}(tx)")
            # A constructor may keep the database; it opens nothing.
            if (
                first.arg == "db"
                and function.name != "__init__"
                and not isinstance(function, ast.AsyncFunctionDef)
            ):
                found.append(f"{module.at(function)} {function.name}(db)")
    assert not found, f"tx: plain `def` over a Connection; db: `async def`: {found}"


def test_files_are_short() -> None:
    """No source file of the product or the extension has more than 400 lines."""
    found = [
        f"{name_of(path)} ({count} lines)"
        for path in files(".py", ".js", ".css", ".html", below=(*PRODUCT, "extension"))
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    ]
    assert not found, f"split by what it does, not by layer: {found}"


def test_functions_are_short() -> None:
    """No function has more than 70 lines, its docstring included."""
    found = [
        f"{module.at(function)} {function.name} ({length} lines)"
        for module in modules()
        for function in module.functions()
        if (length := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    ]
    assert not found, f"push the loops up and the decisions down into functions: {found}"


def test_names_say_something() -> None:
    """No module is called utils, helpers, manager, base or common."""
    found = [
        name_of(path)
        for path in files(".py", ".js", below=(*PRODUCT, "extension", "tests"))
        for part in path.relative_to(ROOT).with_suffix("").parts
        if EMPTY_NAMES & set(re.split(r"[_.-]", part.lower()))
    ]
    assert not found, f"a name must say what is inside: {found}"


def test_every_test_says_what_is_true() -> None:
    """Every test function has a docstring."""
    found = [
        f"{module.at(function)} {function.name}"
        for module in modules("tests")
        for function in module.functions()
        if function.name.startswith("test_") and not ast.get_docstring(function)
    ]
    assert not found, f"a test's docstring says what is true if it passes: {found}"


def test_nothing_outside_the_policy_files_names_a_credit_system() -> None:
    """The five credit systems are data: no code, page, setting or sample of the backend names one.

    Which of them a first start goes by says the policy file itself (`first = true`).
    """
    texts = (".py", ".js", ".css", ".html", ".toml", ".json", ".md", ".svg", ".mako")
    found = [
        f"{name_of(path)}:{number}"
        for path in files(*texts, below=("backend", "shared_schemas", "extension"))
        if not name_of(path).startswith(POLICY_FILES)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if CREDIT_SYSTEMS.search(line)
    ]
    assert not found, f"a credit system is a policy file, never a name elsewhere: {found}"


def test_no_relationships() -> None:
    """No table declares a relationship: joins are written where they are needed."""
    found = [
        module.at(call)
        for module in modules()
        for call in ast.walk(module.tree)
        if isinstance(call, ast.Call)
        and dotted(call.func).rpartition(".")[2].lower() == "relationship"
    ]
    assert not found, f"write the join: {found}"


def test_no_handler_returns_a_table() -> None:
    """No function of an api module promises a table: each of its columns would be sent."""
    tables = {
        node.name
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef) and any(word.arg == "table" for word in node.keywords)
    }
    found = [
        f"{module.at(function)} {function.name}"
        for module in modules()
        if module.path.endswith("api.py")
        for function in module.functions()
        if function.returns is not None and tables & _names(function.returns)
    ]
    assert not found, f"answer with a body of shared_schemas: {found}"


def test_ids_are_looked_up_with_their_workspace() -> None:
    """In queries and actions, a function that takes an id also takes what binds it to a workspace.

    This is a rule of thumb. A parameter `..._id` may come from outside, so beside it must stand
    `workspace_id`, or a value that is not a plain one (a row, a frozen value, a pair of workspace
    and id), which was looked up with its workspace before. What a function does with them is for
    the tests of the API to show.
    """
    found = [
        f"{module.at(function)} {function.name}({', '.join(sorted(ids))})"
        for module in modules("backend")
        if module.path.endswith(("/queries.py", "/actions.py"))
        for function in module.functions()
        if (ids := _loose_ids(function))
    ]
    assert not found, f"an id is looked up only together with its workspace: {found}"


def _loose_ids(function: AnyFunction) -> set[str]:
    """The ids among a function's parameters, unless something there binds them to a workspace."""
    given = parameters(function)
    names = {each.arg for each in given}
    if "workspace_id" in names:
        return set()
    if any(each.annotation and _names(each.annotation) - SCALARS for each in given):
        return set()
    return {name for name in names - IDS_WITHOUT_WORKSPACE if name.endswith(("_id", "_ids"))}


def test_the_sidecar_is_another_program() -> None:
    """The sidecar imports nothing else of the backend; of the backend only the cli knows it."""
    found = [
        f"{module.at(node)} {name}"
        for module in modules()
        for node in ast.walk(module.tree)
        for name in _imported(node)
        if _crosses_the_wall(module, name)
    ]
    assert not found, f"the sidecar is reached over HTTP alone: {found}"


def _crosses_the_wall(module: Module, name: str) -> bool:
    """Whether `module` importing `name` joins the two programs."""
    inside = name == "backend.sidecar" or name.startswith("backend.sidecar.")
    if module.path.startswith(SIDECAR):
        return name.partition(".")[0] == "backend" and not inside
    return inside and not re.match(r"backend/cli(\.py|/)", module.path)


def _imported(node: ast.AST) -> list[str]:
    """The modules that an import names."""
    if isinstance(node, ast.Import):
        return [name.name for name in node.names]
    if isinstance(node, ast.ImportFrom) and node.module == "backend":
        return [f"backend.{name.name}" for name in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []


def _annotation(parameter: ast.arg) -> str:
    """A parameter's annotation as written, without its quotes."""
    return ast.unparse(parameter.annotation).strip("'\"") if parameter.annotation else ""


def _names(annotation: ast.AST) -> set[str]:
    """The names in an annotation, those in quotes too."""
    text = ast.unparse(annotation)
    return set(re.findall(r"[A-Za-z_][A-Za-z0-9_]*", text))
