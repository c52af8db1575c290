"""The shapes of the policy documents in, the JSON Schema that editors complete a policy from out."""

import ast
import inspect
import itertools
import textwrap
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from schemas.policy_document import PolicyDocument


def policy_schema() -> dict[str, Any]:
    """Give the schema of a policy, 2020-12. It knows shapes; what parts ask of each other only `policy lint` tells."""
    schema = PolicyDocument.model_json_schema(schema_generator=_ForEditors)
    return {"$schema": GenerateJsonSchema.schema_dialect, "$id": "urn:segue:policy:1", "title": "A policy"} | schema


class _ForEditors(GenerateJsonSchema):
    """Describes each key by what stands under it in the source, and spares editors every title and null."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """A key without a value is left out."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        made = super().default_schema(schema)
        default = schema.get("default")
        if default is None and "default" in made:
            del made["default"]
        elif isinstance(default, BaseModel):
            made["default"] = default.model_dump(mode="json", exclude_none=True)
        return made

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        made.pop("title", None)
        for name, told in _told(schema["cls"]).items():
            field = schema["cls"].model_fields[name]
            made["properties"][field.alias or name].setdefault("description", told)
        return made


def _told(cls: type[BaseModel]) -> dict[str, str]:
    """Read what is told of each field: the text that stands under it."""
    told: dict[str, str] = {}
    for parent in reversed(cls.__mro__[: cls.__mro__.index(BaseModel)]):
        (body,) = ast.parse(textwrap.dedent(inspect.getsource(parent))).body
        assert isinstance(body, ast.ClassDef)
        for field, text in itertools.pairwise(body.body):
            match field, text:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))):
                    told[name] = inspect.cleandoc(words)
                case _:
                    pass
    return told
