"""Keywords on messages, signals and decisions, used from suites."""

import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # pytest's importlib mode leaves it out
sys.path.insert(0, str(Path(__file__).parents[1] / "engines"))

from small_decisions import write_decision
from small_models import END, START, flow, process, write_model
from suites import run_suite

Deploy = Callable[..., str]
Unique = Callable[[str], str]

EVENTS = process(
    START
    + '<intermediateCatchEvent id="paid"><messageEventDefinition messageRef="message"/></intermediateCatchEvent>'
    + '<receiveTask id="answer" name="Answer"/>'
    + '<intermediateCatchEvent id="opened"><signalEventDefinition signalRef="signal"/></intermediateCatchEvent>'
    + END
    + flow("start", "paid", "answer", "opened", "end")
    + '<receiveTask id="reply" messageRef="replying"/>'
    + flow("reply", "end")
)
EVENTS += (
    '<message id="message" name="{key} paid"/><signal id="signal" name="{key} opened"/>'
    '<process id="{key}-started" isExecutable="true" camunda:historyTimeToLive="P1D"><startEvent id="ordered">'
    '<messageEventDefinition messageRef="ordering"/></startEvent><userTask id="review"/>'
    + flow("ordered", "review")
    + '</process><message id="ordering" name="{key} ordered"/>'
    '<message id="replying" name="{key} replied"/>'
)
RENTED = process(
    '<startEvent id="renting"><messageEventDefinition messageRef="renting_message"/></startEvent>'
    '<userTask id="rent"/>' + flow("renting", "rent")
)
RENTED += '<message id="renting_message" name="{key} leased"/>'


def test_the_suite_of_events_passes(tmp_path: Path, engine_url: str, deploy: Deploy, unique: Unique) -> None:
    key = unique("events")
    deploy(write_model(key, EVENTS))
    for tenant in ("north", "south"):
        deploy(write_model(f"{key}-rent", RENTED.replace("{key} leased", f"{key} leased")), tenant_id=tenant)
    run_suite("events.robot", tmp_path, URL=engine_url, KEY=key)


def test_the_suite_of_decisions_passes(tmp_path: Path, engine_url: str, deploy: Deploy, unique: Unique) -> None:
    key = unique("discount")
    deploy(write_decision(key))
    deploy(write_decision(key, [("&gt; 100", 15, "large")], tag="2.0"))
    deploy(write_decision(f"{key}-north", [("&gt; 0", 99, "ours")]), tenant_id="north")
    run_suite("decisions.robot", tmp_path, URL=engine_url, KEY=key)
