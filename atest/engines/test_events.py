"""Messages and signals: who waits, who gets one, what they start."""

from collections.abc import Callable

import pytest
from small_models import END, START, WAITS_FOR_MESSAGE, flow, process

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.errors import EngineFailed, NotFound, RequestRefused
from CamundaLibrary.variables import encode_all

Model = Callable[..., object]

RECEIVES = process(START + '<receiveTask id="wait" name="Wait"/>' + END + flow("start", "wait", "end"))
STARTED_BY_MESSAGE = process(
    '<startEvent id="start"><messageEventDefinition messageRef="message"/></startEvent><userTask id="review"/>'
    + flow("start", "review")
)
STARTED_BY_MESSAGE += '<message id="message" name="{key} arrived"/>'
WAITS_FOR_SIGNAL = process(
    START
    + '<intermediateCatchEvent id="waiting"><signalEventDefinition signalRef="signal"/></intermediateCatchEvent>'
    + '<userTask id="review"/>'
    + flow("start", "waiting", "review")
)
WAITS_FOR_SIGNAL += '<signal id="signal" name="{key} rang"/>'


def values(engine: Engine, instance: str) -> dict[str, object]:
    return {each.name: each.value.value for each in engine.history.variables(instance)}


def test_a_message_tells_who_got_it(engine: Engine, model: Model) -> None:
    waiting = model(WAITS_FOR_MESSAGE)
    instance = waiting.start(business_key="A-17", variables=encode_all({"query": "robots"}))
    name = f"{waiting.key} arrived"
    (subscription,) = engine.event_subscriptions.list(event_name=name)
    (receiver,) = engine.messages.correlate(
        name, business_key="A-17", variables=encode_all({"pages": {"a": 1}}), with_variables=True
    )
    assert (receiver.process_instance_id, receiver.started) == (instance, False)
    assert receiver.execution_id == subscription.execution_id
    assert {key: value.value for key, value in receiver.variables.items()} == {"query": "robots", "pages": {"a": 1}}
    assert engine.processes.get(instance) is None


def test_a_message_starts_an_instance(engine: Engine, model: Model) -> None:
    started = model(STARTED_BY_MESSAGE)
    (receiver,) = engine.messages.correlate(f"{started.key} arrived", business_key="B-1")
    assert (receiver.started, receiver.business_key, receiver.execution_id) == (True, "B-1", None)
    assert engine.processes.get(receiver.process_instance_id).definition_id == receiver.process_definition_id
    (subscription,) = engine.event_subscriptions.list(event_name=f"{started.key} arrived")
    assert (subscription.process_instance_id, subscription.activity_id) == (None, "start")


def test_keys_choose_the_receiver(engine: Engine, model: Model) -> None:
    waiting = model(WAITS_FOR_MESSAGE)
    first, second = (waiting.start(variables=encode_all({"order": order})) for order in ("A", "B"))
    name = f"{waiting.key} arrived"
    (receiver,) = engine.messages.correlate(name, correlation_keys=encode_all({"order": "B"}))
    assert receiver.process_instance_id == second
    with pytest.raises(RequestRefused):
        engine.messages.correlate(name, local_correlation_keys=encode_all({"order": "A"}))
    (subscription,) = engine.event_subscriptions.list(process_instance_id=first)
    engine.variables.of_execution(subscription.execution_id).set(encode_all({"place": "here"}))
    (receiver,) = engine.messages.correlate(name, local_correlation_keys=encode_all({"place": "here"}))
    assert receiver.process_instance_id == first


def test_all_or_one(engine: Engine, model: Model) -> None:
    waiting = model(WAITS_FOR_MESSAGE)
    instances = [waiting.start() for _ in range(3)]
    name = f"{waiting.key} arrived"
    with pytest.raises(RequestRefused) as caught:
        engine.messages.correlate(name)
    assert f"Cannot correlate a message with name '{name}' to a single execution. 3 executions" in str(caught.value)
    receivers = engine.messages.correlate(name, to_all=True, variables=encode_all({"pages": 1}))
    assert sorted(each.process_instance_id for each in receivers) == sorted(instances)
    assert [values(engine, instance) for instance in instances] == [{"pages": 1}] * 3
    assert engine.messages.correlate(name, to_all=True) == []
    with pytest.raises(RequestRefused) as caught:
        engine.messages.correlate(name)
    assert str(caught.value) == (
        f"Correlating message '{name}' failed: Cannot correlate message '{name}': "
        "No process definition or execution matches the parameters."
    )


def test_subscriptions_by_every_filter(engine: Engine, model: Model) -> None:
    waiting = model(WAITS_FOR_MESSAGE)
    first, second = waiting.start(), waiting.start()
    name = f"{waiting.key} arrived"
    found = engine.event_subscriptions.list(event_name=name, event_type="message", activity_id="waiting")
    assert [each.process_instance_id for each in found] == [first, second]
    assert engine.event_subscriptions.list(event_name=name, event_type="signal") == []
    assert engine.event_subscriptions.list(event_name=name, tenant_id="nobody") == []
    assert engine.event_subscriptions.list(process_instance_id=first) == found[:1]
    assert engine.event_subscriptions.list(execution_id=found[1].execution_id) == found[1:]
    assert engine.event_subscriptions.list(event_name=name, max_results=1) == found[:1]


def test_a_signal_for_all_or_for_one(engine: Engine, model: Model) -> None:
    waiting = model(WAITS_FOR_SIGNAL)
    instances = [waiting.start() for _ in range(3)]
    name = f"{waiting.key} rang"
    (one,) = engine.event_subscriptions.list(process_instance_id=instances[0])
    assert (one.event_type, one.event_name) == ("signal", name)
    engine.signals.send(name, execution_id=one.execution_id, variables=encode_all({"loud": True}))
    assert [values(engine, instance) for instance in instances] == [{"loud": True}, {}, {}]
    engine.signals.send(name, variables=encode_all({"loud": False}))
    assert [values(engine, instance) for instance in instances] == [{"loud": True}, {"loud": False}, {"loud": False}]
    engine.signals.send(name)


def test_a_signal_for_an_execution_that_does_not_wait(engine: Engine, model: Model) -> None:
    with pytest.raises(NotFound) as caught:
        engine.signals.send("ring", execution_id="gone")
    assert str(caught.value) == "Sending signal 'ring' failed: Cannot find execution with id 'gone'."
    instance = model(RECEIVES).start()
    with pytest.raises(EngineFailed):
        engine.signals.send("ring", execution_id=instance)


def test_a_receive_task_without_message_is_triggered(engine: Engine, model: Model) -> None:
    instance = model(RECEIVES).start()
    (execution,) = engine.signals.executions(instance, "wait")
    engine.signals.trigger(execution, encode_all({"pages": 2}))
    assert engine.processes.get(instance) is None
    assert values(engine, instance) == {"pages": 2}
    with pytest.raises(NotFound) as caught:
        engine.signals.trigger("gone", {})
    assert (
        str(caught.value)
        == "Triggering execution 'gone' failed: Cannot signal execution gone: execution gone doesn't exist."
    )
