"""The project's own source, read once for the tests of the house rules."""

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("backend", "shared_schemas")
_LEFT_OUT = ("__pycache__", "node_modules", "migrations/versions")

AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file: its path below the root with `/`, and its syntax tree."""

    path: str
    tree: ast.Module

    def at(self, node: ast.AST) -> str:
        """Where `node` stands, as `file:line`."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}"

    def functions(self) -> Iterator[AnyFunction]:
        """Every function of the module, methods and nested ones too."""
        for node in ast.walk(self.tree):
            if isinstance(node, AnyFunction):
                yield node


def files(*suffixes: str, below: tuple[str, ...] = PRODUCT) -> list[Path]:
    """The files with one of `suffixes` below the given folders, in order."""
    found = [
        path
        for folder in below
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in suffixes and path.is_file()
    ]
    return [path for path in found if not any(part in name_of(path) for part in _LEFT_OUT)]


def name_of(path: Path) -> str:
    """The path below the root, with `/`."""
    return path.relative_to(ROOT).as_posix()


@functools.cache
def modules(*folders: str) -> tuple[Module, ...]:
    """The Python modules below `folders`, parsed; the product's when none is given."""
    return tuple(
        Module(name_of(path), ast.parse(path.read_text(encoding="utf-8"), name_of(path)))
        for path in files(".py", below=folders or PRODUCT)
    )


def first_parameter(function: AnyFunction) -> ast.arg | None:
    """The first parameter of a function or method, `self` and `cls` not counted."""
    given = [*function.args.posonlyargs, *function.args.args]
    if given and given[0].arg in {"self", "cls"}:
        given = given[1:]
    return given[0] if given else None


def parameters(function: AnyFunction) -> list[ast.arg]:
    """Every parameter of a function that has a name of its own."""
    arguments = function.args
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]


def dotted(node: ast.AST) -> str:
    """`a.b.c` for a chain of names, else an empty text."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""
