"""Credentials, on an engine that wants some. It is started for these tests: that of the others is open to all."""

import base64
import logging
import traceback
from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests
from engine_of_run import FAMILY
from small_models import ONE_TASK, USER_TASK, write_model

from CamundaLibrary import connect
from CamundaLibrary.development_engine import DevelopmentEngine, build_engine
from CamundaLibrary.engines.records import Subscription
from CamundaLibrary.errors import EngineError, NotAuthenticated, NotAuthorized, TaskGone
from CamundaLibrary.keywords.connection import Connection
from CamundaLibrary.keywords.user_tasks import UserTaskKeywords

USER, PASSWORD = DevelopmentEngine.LOGIN
LOGIN = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
LOCK = timedelta(seconds=1)
DENIED = "the credentials are missing or wrong (401 Unauthorized)"


@pytest.fixture(scope="module")
def closed_url() -> Iterator[str]:
    """The REST root of an engine with authentication and authorization."""
    with DevelopmentEngine(build_engine(print, family=FAMILY), family=FAMILY, authentication=True) as engine:
        yield engine.url


@pytest.fixture(scope="module")
def deployed(closed_url: str) -> str:
    """The key of a process that has one instance with a waiting task."""
    admin = connect(closed_url, username=USER, password=PASSWORD)
    files = {"model": ("model.bpmn", write_model("closed", ONE_TASK))}
    name = {"deployment-name": "atest"}
    requests.post(
        f"{closed_url}/deployment/create", data=name, files=files, auth=(USER, PASSWORD), timeout=30
    ).raise_for_status()
    admin.processes.start("closed")
    return "closed"


@pytest.fixture(scope="module")
def guest(closed_url: str) -> tuple[str, str]:
    """A user who may do nothing, whose password is not ASCII."""
    return create_user(closed_url, "guest", "geh€im:ß")


@pytest.fixture(scope="module")
def forgetful(closed_url: str) -> str:
    """A user for wrong passwords: the engine lets a user wait after them, the right password does not help then."""
    return create_user(closed_url, "forgetful", "right")[0]


def create_user(url: str, name: str, password: str) -> tuple[str, str]:
    user = {"profile": {"id": name}, "credentials": {"password": password}}
    requests.post(f"{url}/user/create", json=user, auth=(USER, PASSWORD), timeout=30).raise_for_status()
    return name, password


@pytest.mark.parametrize(
    "credentials",
    [{"username": USER, "password": PASSWORD}, {"authorization": f"Basic {LOGIN}"}],
    ids=["user", "header"],
)
def test_right_credentials(closed_url: str, deployed: str, credentials: dict[str, str]) -> None:
    engine = connect(closed_url, **credentials)
    assert engine.external_tasks.count(topic=deployed) == 1


def test_right_credentials_in_the_url(closed_url: str, deployed: str) -> None:
    engine = connect(closed_url.replace("//", f"//{USER}:{PASSWORD}@"))
    assert engine.external_tasks.count(topic=deployed) == 1
    assert engine.url == closed_url
    assert repr(engine) == f"<Camunda 7 engine at '{closed_url}'>"


@pytest.mark.parametrize(
    "credentials",
    [
        {},
        {"username": "forgetful", "password": "s3cret-wrong"},
        {"username": "nobody", "password": "s3cret-wrong"},
        {"authorization": "Bearer s3cret-wrong"},
        {"authorization": "s3cret-wrong"},
    ],
    ids=["none", "wrong password", "unknown user", "other scheme", "no scheme"],
)
@pytest.mark.usefixtures("forgetful")
def test_wrong_credentials(closed_url: str, credentials: dict[str, str]) -> None:
    engine = connect(closed_url, **credentials)
    for call, action in (
        (engine.external_tasks.list, "Listing external tasks"),
        (lambda: engine.external_tasks.complete("a", "w", {}, {}), "Completing external task 'a'"),
        (lambda: engine.variables.of_execution("a").download("x"), "Downloading variable 'x' of execution 'a'"),
    ):
        with pytest.raises(NotAuthenticated) as caught:
            call()
        assert str(caught.value) == f"{action} failed: {DENIED}."
        assert caught.value.status == 401


def test_a_user_who_may_not(closed_url: str, deployed: str, guest: tuple[str, str]) -> None:
    engine = connect(closed_url, username=guest[0], password=guest[1])
    admin = connect(closed_url, username=USER, password=PASSWORD)
    (task,) = admin.external_tasks.list(topic=deployed)
    admin.external_tasks.lock(task.id, "w", LOCK)
    with pytest.raises(NotAuthorized) as caught:
        engine.external_tasks.complete(task.id, "w", {}, {})
    assert str(caught.value) == (
        f"Completing external task '{task.id}' failed: user 'guest' may not do this; "
        f"needed is 'UPDATE' on ProcessInstance '{task.process_instance_id}' "
        f"or 'UPDATE_INSTANCE' on ProcessDefinition '{deployed}'."
    )
    admin.external_tasks.unlock(task.id)


def test_tasks_that_a_user_may_not_see_are_not_fetched(closed_url: str, deployed: str, guest: tuple[str, str]) -> None:
    engine = connect(closed_url, username=guest[0], password=guest[1])
    assert engine.external_tasks.fetch_and_lock("w", [Subscription(deployed, LOCK)], 10) == []
    admin = connect(closed_url, username=USER, password=PASSWORD)
    assert admin.external_tasks.count(topic=deployed, locked=False) == 1


@pytest.mark.parametrize(
    "credentials", [{"username": "nobody", "password": "s3cret-wrong"}, {"authorization": "Bearer s3cret-wrong"}]
)
def test_a_secret_is_neither_logged_nor_shown(
    closed_url: str, credentials: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    encoded = base64.b64encode(b"nobody:s3cret-wrong").decode()
    with caplog.at_level(logging.DEBUG), pytest.raises(EngineError) as caught:
        connect(closed_url, **credentials).external_tasks.list()
    shown = "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value)) + caplog.text
    assert "POST /engine-rest/external-task" in shown  # urllib3 does log at this level
    assert "s3cret" not in shown
    assert encoded not in shown


def test_operations_are_kept_of_users_who_logged_in(closed_url: str) -> None:
    admin = connect(closed_url, username=USER, password=PASSWORD)
    files = {"model": ("model.bpmn", write_model("reviewed", USER_TASK))}
    url, login = f"{closed_url}/deployment/create", (USER, PASSWORD)
    requests.post(url, data={"deployment-name": "atest"}, files=files, auth=login, timeout=30).raise_for_status()
    instance = admin.processes.start("reviewed").id
    (task,) = admin.user_tasks.list(process_instance_id=instance)
    admin.user_tasks.claim(task.id, "kim")
    admin.user_tasks.complete(task.id, {})
    claim, complete = admin.history.user_operations(task_id=task.id)
    assert (claim.user_id, claim.type, claim.entity, claim.process_instance_id) == (USER, "Claim", "Task", instance)
    assert (claim.property, claim.old_value, claim.new_value) == ("assignee", None, "kim")
    assert complete.type == "Complete"
    found = admin.history.user_operations(process_instance_id=instance, type="Claim", entity="Task", user_id=USER)
    assert found == [claim]
    assert admin.history.user_operations(task_id=task.id, after=claim.time, before=claim.time, user_id="nobody") == []
    assert admin.history.user_task(task.id).assignee == "kim"
    keywords = UserTaskKeywords(Connection({"base_url": closed_url, "username": USER, "password": PASSWORD}))
    with pytest.raises(TaskGone) as caught:
        keywords.complete_user_task(task.id)
    gone = f"task 'Review' of process instance '{instance}' was completed by '{USER}' at "
    assert str(caught.value).startswith(f"Completing user task '{task.id}' failed: {gone}")
