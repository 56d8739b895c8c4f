"""What wire bodies have in common: strict requests, patient answers, text that can be stored."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints


class Request(BaseModel):
    """A body that somebody sends us: an unknown field or a wrong type is refused.

    Strict, so that neither `true` nor `1.0` nor `"1"` passes for an integer. JSON has no type for
    words and instants: give such a field `Field(strict=False)`.
    """

    model_config = ConfigDict(extra="forbid", strict=True)


class Answer(BaseModel):
    """A body that we send: readers ignore fields they do not know, so that answers can grow."""

    model_config = ConfigDict(extra="ignore")


def storable(text: str) -> str:
    """Refuse U+0000, which PostgreSQL cannot store; Pydantic itself refuses lone surrogates."""
    if "\x00" in text:
        raise ValueError("U+0000 is not allowed in text")
    return text


# Lengths are in characters.
Word = Annotated[str, StringConstraints(max_length=64), AfterValidator(storable)]
Line = Annotated[str, StringConstraints(max_length=300), AfterValidator(storable)]
Passage = Annotated[str, StringConstraints(max_length=10_000), AfterValidator(storable)]
Url = Annotated[str, StringConstraints(max_length=2_048), AfterValidator(storable)]
