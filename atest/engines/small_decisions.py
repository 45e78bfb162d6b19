"""A decision table; `{key}` becomes a name of the test."""

from collections.abc import Iterable

_DMN = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="model" name="Model" namespace="atest"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/dmn"><decision id="{key}" name="Discount"'
    ' camunda:historyTimeToLive="P1D" camunda:versionTag="{tag}"><decisionTable id="table" hitPolicy="COLLECT">'
    '<input id="input"><inputExpression id="expression" typeRef="integer"><text>amount</text></inputExpression></input>'
    '<output id="discount" name="discount" typeRef="integer"/><output id="note" name="note" typeRef="string"/>'
    "{rules}</decisionTable></decision></definitions>"
)
_RULE = (
    '<rule id="rule{number}"><inputEntry id="if{number}"><text>{when}</text></inputEntry>'
    '<outputEntry id="then{number}"><text>{discount}</text></outputEntry>'
    '<outputEntry id="and{number}"><text>"{note}"</text></outputEntry></rule>'
)

RULES = (("&gt; 100", 10, "big"), ("&gt; 1000", 20, "huge"))


def write_decision(key: str, rules: Iterable[tuple[str, int, str]] = RULES, tag: str = "1.0") -> str:
    """Returns a DMN file: a discount and a note for every rule that the amount fits."""
    written = [
        _RULE.format(number=number, when=when, discount=discount, note=note)
        for number, (when, discount, note) in enumerate(rules)
    ]
    return _DMN.format(key=key, tag=tag, rules="".join(written))
