"""What pydantic finds wrong in a file that people wrote, as sentences for them."""

from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from CamundaLibrary.bundles.source_file import Keys, SourceFile

Special = Mapping[tuple[tuple[str | int, ...], str], str]
"""Sentences for what pydantic says of a certain place."""

_SENTENCES = {
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_type": "must be a whole number",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be {expected}",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "string_pattern_mismatch": "must be like 'module:function'",
    "tuple_type": "must be a list",
    "too_short": "must not be empty",
    "dict_type": "must hold keys and values",
    "model_type": "must hold keys and values",
}


def describe_all(
    error: ValidationError, model: type[BaseModel], file: SourceFile, above: Keys = (), special: Special | None = None
) -> list[str]:
    """Returns a sentence with file, line and key for everything wrong, top down.

    `above` are the keys that lead to `model`.
    """
    problems = error.errors(include_url=False, include_input=False)
    problems.sort(key=lambda problem: file.line((*above, *problem["loc"])))
    return [_locate(problem, model, file, above, special or {}) for problem in problems]


def describe(problem: Any, model: type[BaseModel]) -> str:
    """Returns what is wrong with the value at `problem["loc"]` of a `model`."""
    kind, context = problem["type"], problem.get("ctx", {})
    if kind == "extra_forbidden":
        return suggest(str(problem["loc"][-1]), _keys_beside(problem["loc"], model))
    if kind == "value_error":
        return _from_validator(str(context["error"]))
    return str(_SENTENCES.get(kind, problem["msg"])).format(**context)


def suggest(key: str, known: Collection[str]) -> str:
    """Returns what to say of a key that there is not."""
    close = get_close_matches(key, known, n=1)
    return f"is unknown. Did you mean '{close[0]}'?" if close else f"is unknown; known are {', '.join(known)}"


def _locate(problem: Any, model: type[BaseModel], file: SourceFile, above: Keys, special: Special) -> str:
    keys = (*above, *(key for key in problem["loc"] if key != "[key]"))
    if problem["type"] == "missing":
        return file.sentence(keys[:-1], f"lacks '{keys[-1]}'")
    return file.sentence(keys, special.get((keys, problem["type"])) or describe(problem, model))


def _from_validator(text: str) -> str:
    return text if text.startswith(("must", "has", "leads", "needs", "is ")) else f"is wrong: {text}"


def _keys_beside(keys: Keys, model: type[BaseModel]) -> list[str]:
    """Returns the keys that may stand where the last of `keys` stands."""
    annotation: Any = model
    for key in keys[:-1]:
        annotation = _step(annotation, key)
    inner = _find(annotation, _is_model)
    return [field.alias or name for name, field in inner.model_fields.items()] if inner else []


def _step(annotation: Any, key: str | int) -> Any:
    mapping = _find(annotation, _is_dict)
    if mapping:
        return get_args(mapping)[1]
    inner = _find(annotation, _is_model)
    fields = inner.model_fields.items() if inner else ()
    return next((field.annotation for name, field in fields if key in (name, field.alias)), None)


def _is_dict(annotation: Any) -> bool:
    origin: Any = get_origin(annotation)
    return origin is dict


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _find(annotation: Any, fits: Callable[[Any], bool]) -> Any:
    """Returns the first part of a type that fits: `X` of `X | None`."""
    if fits(annotation):
        return annotation
    if get_origin(annotation) in (dict, tuple):
        return None
    return next((found for part in get_args(annotation) if (found := _find(part, fits))), None)
