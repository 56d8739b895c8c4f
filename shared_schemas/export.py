"""Writes the bodies down for other languages: JSON Schema, and TypeScript for the extension.

`python -m shared_schemas.export` writes both files. A test compares them with the code: whoever
changes a body sees in the change what the installed extensions will see.
"""

import importlib
import json
import pkgutil
import re
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

import shared_schemas
from shared_schemas.wire import Request

ROOT = Path(__file__).resolve().parents[1]
SCHEMA_FILE = ROOT / "shared_schemas" / "schema.json"
DECLARATIONS_FILE = ROOT / "extension" / "types" / "wire.d.ts"

_PRIMITIVES = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}
_PLAIN_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_HEADING = "// Written by `make schema` from shared_schemas; a test fails where they differ.\n"


def models() -> list[type[BaseModel]]:
    """Every body of shared_schemas, in order of name."""
    found: dict[str, type[BaseModel]] = {}
    for info in pkgutil.iter_modules(shared_schemas.__path__):
        if info.name == "export":
            continue
        module = importlib.import_module(f"shared_schemas.{info.name}")
        for value in vars(module).values():
            is_body = isinstance(value, type) and issubclass(value, BaseModel)
            if is_body and value.__module__ == module.__name__ and value.model_fields:
                found[value.__name__] = value
    return [found[name] for name in sorted(found)]


def schema() -> dict[str, Any]:
    """All bodies as one JSON Schema: requests as they may come, answers as they go out."""
    modes: list[tuple[type[BaseModel], Literal["validation", "serialization"]]] = [
        (model, "validation" if issubclass(model, Request) else "serialization")
        for model in models()
    ]
    _, document = models_json_schema(modes, title="Meetonce")
    return document


def schema_text() -> str:
    """The contents of the JSON Schema file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def declarations_text() -> str:
    """The contents of the TypeScript file: a namespace `Wire`, one type a body."""
    written = [
        _declaration(name, definition) for name, definition in sorted(schema()["$defs"].items())
    ]
    return f"{_HEADING}\ndeclare namespace Wire {{\n" + "\n".join(written) + "}\n"


def _declaration(name: str, definition: dict[str, Any]) -> str:
    """One body as an exported type, its description above it."""
    about = _comment(definition.get("description", ""), "  ")
    if "properties" not in definition:
        return f"{about}  export type {_type_name(name)} = {_type(definition)};\n"
    required = set(definition.get("required", ()))
    lines = [f"{about}  export interface {_type_name(name)} {{\n"]
    for field, shape in definition["properties"].items():
        mark = "" if field in required else "?"
        spelled = field if _PLAIN_NAME.fullmatch(field) else json.dumps(field)
        lines.append(_comment(shape.get("description", ""), "    "))
        lines.append(f"    {spelled}{mark}: {_type(shape)};\n")
    return "".join(lines) + "  }\n"


def _type(shape: dict[str, Any]) -> str:
    """The TypeScript type of one JSON Schema."""
    if "$ref" in shape:
        return _type_name(shape["$ref"].rpartition("/")[2])
    if "const" in shape:
        return json.dumps(shape["const"])
    if "enum" in shape:
        return " | ".join(json.dumps(value) for value in shape["enum"])
    for word in ("anyOf", "oneOf"):
        if word in shape:
            return " | ".join(dict.fromkeys(_type(each) for each in shape[word]))
    if "allOf" in shape:
        return " & ".join(_type(each) for each in shape["allOf"])
    kind = shape.get("type")
    if kind == "array":
        return f"Array<{_type(shape.get('items', {}))}>"
    if kind == "object":
        values = shape.get("additionalProperties", True)
        return f"Record<string, {_type(values) if isinstance(values, dict) else 'unknown'}>"
    return _PRIMITIVES.get(str(kind), "unknown")


def _type_name(name: str) -> str:
    """A definition's name as TypeScript may write it."""
    return re.sub(r"[^A-Za-z0-9_]", "", name)


def _comment(text: str, indent: str) -> str:
    """`text` as a documentation comment, or nothing."""
    if not text:
        return ""
    lines = text.replace("*/", "* /").splitlines()
    if len(lines) == 1:
        return f"{indent}/** {lines[0]} */\n"
    body = "".join(f"{indent} * {line}".rstrip() + "\n" for line in lines)
    return f"{indent}/**\n{body}{indent} */\n"


if __name__ == "__main__":
    SCHEMA_FILE.write_text(schema_text(), encoding="utf-8")
    DECLARATIONS_FILE.write_text(declarations_text(), encoding="utf-8")
