"""The written schema and the extension's types say what the code says."""

import json
from pathlib import Path

import pytest

from shared_schemas import export


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        pytest.param(export.SCHEMA_FILE, export.schema_text, id="JSON Schema"),
        pytest.param(export.DECLARATIONS_FILE, export.declarations_text, id="TypeScript"),
    ],
)
def test_the_written_bodies_are_those_of_the_code(file: Path, expected: object) -> None:
    """Both files are what the code would write now; `make schema` writes them again."""
    assert callable(expected)
    assert file.read_text(encoding="utf-8") == expected(), "run `make schema`, read the change"


def test_every_reference_in_the_schema_leads_somewhere() -> None:
    """Each `$ref` of the schema names one of its definitions."""
    document = export.schema()
    names = {f"#/$defs/{name}" for name in document["$defs"]}
    text = json.dumps(document)
    used = {part.partition('"')[0] for part in text.split('"$ref": "')[1:]}
    assert used <= names


def test_requests_refuse_what_they_do_not_know() -> None:
    """Every request body forbids unknown fields; no answer does, so that answers may grow."""
    definitions = export.schema()["$defs"]
    for model in export.models():
        closed = definitions[model.__name__].get("additionalProperties") is False
        assert closed == issubclass(model, export.Request), model.__name__
