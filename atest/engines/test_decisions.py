"""Decisions: their versions, and what they give."""

from collections.abc import Callable

import pytest
from small_decisions import write_decision

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.errors import EngineFailed, NotFound
from CamundaLibrary.variables import encode, encode_all

Deploy = Callable[..., str]


@pytest.fixture
def key(deploy: Deploy, unique: Callable[[str], str]) -> str:
    """A decision of two versions; the second has another rule, and says 'large' for 'big'."""
    key = unique("discount")
    deploy(write_decision(key))
    deploy(write_decision(key, [("&gt; 100", 15, "large")], tag="2.0"))
    return key


def amount(value: object) -> dict[str, object]:
    return encode_all({"amount": value})


def test_versions_are_listed_in_their_order(engine: Engine, key: str) -> None:
    first, second = engine.decisions.list(key=key)
    assert (first.version, second.version, first.version_tag, second.name) == (1, 2, "1.0", "Discount")
    assert engine.decisions.list(key=key, latest=True) == [second]
    assert engine.decisions.list(key=key, version=1) == [first]
    assert engine.decisions.list(key=key, version_tag="2.0") == [second]
    assert engine.decisions.list(deployment_id=first.deployment_id) == [first]
    assert engine.decisions.list(key_like=f"{key[:-1]}%", max_results=1) != []
    assert engine.decisions.list(key=key, tenant_id="nobody") == []
    assert engine.decisions.get(first.id) == first


def test_the_latest_version_decides_by_key(engine: Engine, key: str) -> None:
    rows = engine.decisions.evaluate(key, variables=amount(5000))
    assert rows == [{"discount": encode(15), "note": encode("large")}]
    assert engine.decisions.evaluate(key, variables=amount(5)) == []


def test_an_older_version_decides_by_id(engine: Engine, key: str) -> None:
    first, _ = engine.decisions.list(key=key)
    rows = engine.decisions.evaluate(definition_id=first.id, variables=amount(5000))
    assert [(row["discount"].value, row["note"].value) for row in rows] == [(10, "big"), (20, "huge")]


def test_a_tenant_has_decisions_of_its_own(engine: Engine, deploy: Deploy, key: str) -> None:
    deploy(write_decision(key, [("&gt; 100", 99, "ours")]), tenant_id="north")
    (row,) = engine.decisions.evaluate(key, tenant_id="north", variables=amount(500))
    assert row["discount"].value == 99
    (found,) = engine.decisions.list(key=key, tenant_id="north")
    assert (found.version, found.tenant_id) == (1, "north")
    assert [each.version for each in engine.decisions.list(key=key, without_tenant=True)] == [1, 2]


def test_the_model_can_be_read(engine: Engine, key: str) -> None:
    first, _ = engine.decisions.list(key=key)
    assert engine.decisions.xml(first.id) == write_decision(key)


def test_what_does_not_exist_is_named(engine: Engine) -> None:
    with pytest.raises(NotFound) as caught:
        engine.decisions.evaluate("no-such-decision")
    assert str(caught.value) == (
        "Evaluating decision 'no-such-decision' failed: "
        "No matching decision definition with key: no-such-decision and no tenant-id."
    )
    with pytest.raises(NotFound):
        engine.decisions.evaluate(definition_id="no-such-id")
    with pytest.raises(NotFound):
        engine.decisions.get("no-such-id")


def test_a_value_of_the_wrong_type_says_what_the_engine_says(engine: Engine, key: str) -> None:
    with pytest.raises(EngineFailed) as caught:
        engine.decisions.evaluate(key, variables=amount("many"))
    _, latest = engine.decisions.list(key=key)
    assert str(caught.value).startswith(
        f"Evaluating decision '{key}' failed: Cannot evaluate decision {latest.id}: Exception while evaluating decision"
    )
