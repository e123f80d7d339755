"""Google's own description of the Gmail API as JSON Schema, to hold requests and responses against."""

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, cast

from jsonschema import Draft202012Validator

_PACKAGE = "googleapiclient.discovery_cache.documents"
_PREFIX = "gmail.users."
_PATTERNS = {"int64": r"^-?\d+$", "uint64": r"^\d+$", "byte": r"^[A-Za-z0-9_-]*={0,2}$"}
_RANGES = {"int32": (-(2**31), 2**31 - 1), "uint32": (0, 2**32 - 1)}


def validate_response(method: str, body: object) -> None:
    """Raises jsonschema.ValidationError unless the body is what `method` may answer; None stands for no body."""
    reference = _methods()[_full_name(method)].get("response")
    if reference is None:
        assert body is None, f"{method} answers no body"
        return
    _check(reference["$ref"], "", body)


def validate_request(method: str, body: object) -> None:
    """Raises jsonschema.ValidationError unless the body is what `method` takes, with what it requires."""
    name = _full_name(method)
    reference = _methods()[name].get("request")
    if reference is None:
        assert body is None, f"{method} takes no body"
        return
    _check(reference["$ref"], name, body)


def method_names() -> set[str]:
    """Every method, named as in `app.mail.quota.UNIT_COSTS`."""
    return {name.removeprefix(_PREFIX) for name in _methods()}


def method_path(method: str) -> tuple[str, str]:
    """HTTP verb and path template."""
    found = _methods()[_full_name(method)]
    return found["httpMethod"], found["path"]


def method_parameters(method: str) -> set[str]:
    """Names of the query parameters."""
    parameters = _methods()[_full_name(method)].get("parameters", {})
    return {name for name, parameter in parameters.items() if parameter["location"] == "query"}


def _full_name(method: str) -> str:
    return method if method.startswith(_PREFIX) else _PREFIX + method


@cache
def _document() -> dict[str, Any]:
    return json.loads(files(_PACKAGE).joinpath("gmail.v1.json").read_text("utf-8"))


@cache
def _methods() -> dict[str, dict[str, Any]]:
    return dict(_walk(_document()["resources"]["users"]))


def _walk(resource: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for method in resource.get("methods", {}).values():
        yield method["id"], method
    for inner in resource.get("resources", {}).values():
        yield from _walk(inner)


def _check(schema: str, requiring_method: str, body: object) -> None:
    validator: Any = _validator(schema, requiring_method)
    validator.validate(body)


@cache
def _validator(schema: str, requiring_method: str) -> Draft202012Validator:
    definitions = {name: _convert(found, requiring_method) for name, found in _document()["schemas"].items()}
    return Draft202012Validator({"$ref": f"#/$defs/{schema}", "$defs": definitions})


def _convert(found: dict[str, Any], requiring_method: str) -> dict[str, Any]:
    if "$ref" in found:
        return {"$ref": f"#/$defs/{found['$ref']}"}
    kind = found["type"]
    if kind == "any":
        return {}
    if kind == "array":
        return {"type": kind, "items": _convert(found["items"], requiring_method)}
    if kind == "object":
        return _convert_object(found, requiring_method)
    return {"type": kind} | _limits(found)


def _convert_object(found: dict[str, Any], requiring_method: str) -> dict[str, Any]:
    properties = cast("dict[str, dict[str, Any]]", found.get("properties", {}))
    return {
        "type": "object",
        "properties": {name: _convert(value, requiring_method) for name, value in properties.items()},
        "additionalProperties": False,
        "required": [
            name
            for name, value in properties.items()
            if requiring_method in value.get("annotations", {}).get("required", [])
        ],
    }


def _limits(found: dict[str, Any]) -> dict[str, Any]:
    limits: dict[str, Any] = {}
    if "enum" in found:
        limits["enum"] = found["enum"]
    if found.get("format") in _PATTERNS:
        limits["pattern"] = _PATTERNS[found["format"]]
    if found.get("format") in _RANGES:
        limits["minimum"], limits["maximum"] = _RANGES[found["format"]]
    return limits
