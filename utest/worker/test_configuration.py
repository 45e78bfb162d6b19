"""camunda-robot.toml, and what it says together with options and environment."""

import os
from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pytest

from CamundaLibrary.bundles.options import TaskOptions
from CamundaLibrary.errors import SettingsError
from CamundaLibrary.settings import Settings
from CamundaLibrary.worker.configuration import HookOptions, Permissions, WorkerOptions
from CamundaLibrary.worker.configuration_file import find_configuration_file, read_configuration_file
from CamundaLibrary.worker.configuring import configure, overlooked_variables, read_configuration

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch):
    for name in list(os.environ):
        if name.startswith("CAMUNDA_"):
            monkeypatch.delenv(name)


@pytest.fixture
def write(tmp_path: Path):
    def write(text: str) -> Path:
        path = tmp_path / "camunda-robot.toml"
        path.write_text(dedent(text), "utf-8")
        return path

    return write


@pytest.fixture
def read(write):
    """Reads a configuration file, with options of the command over it."""

    def read(text: str, **options: object):
        return configure(options, read_configuration_file(write(text)))

    return read


def test_an_empty_file_says_nothing(read, tmp_path):
    configuration = read("")
    assert configuration.worker == WorkerOptions()
    assert configuration.engines[0].settings == Settings()
    assert configuration.file == tmp_path / "camunda-robot.toml"


def test_every_table_is_read(read, tmp_path, monkeypatch):
    monkeypatch.setenv("PROD_PASSWORD", "secret")
    configuration = read(
        """\
        [worker]
        bundles = ["robots/comics", "/opt/invoices.zip"]
        slots = 4
        grace = "0s"
        state = "state"
        pass_environment = ["LANG_X"]
        allow_engine = ["Search comics"]
        allow_environment = ["COLOUR"]
        wheels = "wheels"
        once = true
        limit = 10
        idle_exit = "1m"
        breaker_after = 0
        kept_for = "2 days"
        kept_size = "500 MB"
        log_format = "json"
        log_file = "worker.log"
        metrics_port = 9000
        metrics_address = "0.0.0.0"
        watch = true

        [topics."Search comics"]
        retries = 3
        lockDuration = "2m"
        onFailure = {bpmnError = "TASK_ERROR"}

        [engines.prod]
        base_url = "http://localhost:8081/engine-rest"
        username = "robot"
        password_env = "PROD_PASSWORD"
        lock_duration = "5m"
        retry_timeout = ["10s", "1 day"]
        ca_bundle = "ca.pem"
        proxy = "http://localhost:3128"
        client_certificate = "robot.pem"
        client_key = "robot.key"
        topics = ["Search comics"]

        [secrets.shop]
        source = "env"
        variable = "SHOP"
        topics = ["Search comics"]

        [hooks]
        after_robot = "cleanup --all"
        on_incident = ["notify", "me"]
        """
    )
    assert configuration.bundles == (tmp_path / "robots/comics", Path("/opt/invoices.zip"))
    assert configuration.worker == WorkerOptions(
        slots=4,
        grace=timedelta(),
        state=tmp_path / "state",
        pass_environment=("LANG_X",),
        wheels=tmp_path / "wheels",
        once=True,
        limit=10,
        idle_exit=MINUTE,
        breaker_after=0,
        kept_for=timedelta(days=2),
        kept_size=500_000_000,
        log_format="json",
        log_file=tmp_path / "worker.log",
        metrics_port=9000,
        metrics_address="0.0.0.0",
        watch=True,
    )
    (engine,) = configuration.engines
    assert (engine.name, engine.topics) == ("prod", ("Search comics",))
    assert engine.settings == Settings(
        base_url="http://localhost:8081/engine-rest",
        username="robot",
        password="secret",
        lock_duration=timedelta(minutes=5),
        retry_timeout=(timedelta(seconds=10), timedelta(days=1)),
        ca_bundle=str(tmp_path / "ca.pem"),
        proxy="http://localhost:3128",
        client_certificate=str(tmp_path / "robot.pem"),
        client_key=str(tmp_path / "robot.key"),
    )
    assert configuration.topics == {
        "Search comics": TaskOptions(retries=3, lockDuration="2m", onFailure={"bpmnError": "TASK_ERROR"})
    }
    assert configuration.secrets["shop"].topics == ("Search comics",)
    assert configuration.hooks == HookOptions("cleanup --all", ("notify", "me"))
    assert configuration.permissions == Permissions(("Search comics",), ("COLOUR",))


def test_no_option_of_the_worker_is_missing_in_the_file(read):
    fields = {*WorkerOptions._fields, "bundles", "base_url", "allow_engine", "allow_environment"}
    with pytest.raises(SettingsError) as caught:
        read("[worker]\nqqq = 1\n")
    assert set(str(caught.value).split("known are ")[1].rstrip(".").split(", ")) == fields


FLAG, VARIABLE, IN_FILE, DEFAULT = (f"http://localhost:{port}/engine-rest" for port in (1, 2, 3, 8080))


@pytest.mark.parametrize(
    ("flag", "variable", "in_file", "expected"),
    [
        (FLAG, VARIABLE, IN_FILE, FLAG),
        (FLAG, None, IN_FILE, FLAG),
        (FLAG, VARIABLE, None, FLAG),
        (None, VARIABLE, IN_FILE, VARIABLE),
        (None, VARIABLE, None, VARIABLE),
        (None, None, IN_FILE, IN_FILE),
        (None, None, None, DEFAULT),
    ],
)
@pytest.mark.parametrize("table", ["worker", "engines.prod"])
def test_options_win_over_environment_over_file_over_default(
    read, monkeypatch, flag, variable, in_file, expected, table
):
    if variable:
        monkeypatch.setenv("CAMUNDA_API_BASE_URL", variable)
    configuration = read(f"[{table}]\nbase_url = '{in_file}'\n" if in_file else "", base_url=flag)
    assert [engine.settings.base_url for engine in configuration.engines] == [expected]


@pytest.mark.parametrize(
    ("option", "in_file", "expected"), [(3, "4", 3), (None, "4", 4), (3, None, 3), (None, None, None)]
)
def test_options_of_the_worker_win_over_the_file(read, option, in_file, expected):
    assert read(f"[worker]\nslots = {in_file}\n" if in_file else "", slots=option).worker.slots == expected


def test_options_replace_lists_of_the_file(read):
    text = "[worker]\nbundles = ['a']\npass_environment = ['A']\nallow_engine = ['A']\n"
    given = {"bundles": (Path("b"),), "pass_environment": ("B",), "allow_engine": ("B",)}
    configuration = read(text, **given)
    assert configuration.bundles == (Path("b"),)
    assert configuration.worker.pass_environment == ("B",)
    assert configuration.permissions.engine == ("B",)


def test_credentials_of_the_environment_replace_those_of_another_kind_in_the_file(read, monkeypatch):
    monkeypatch.setenv("CAMUNDA_API_AUTHORIZATION", "Bearer x")
    settings = read("[engines.prod]\nusername = 'me'\npassword = 'secret'\nlog = 'never'\n").engines[0].settings
    assert (settings.authorization, settings.username, settings.password) == ("Bearer x", None, None)
    assert settings.log == "never"


def test_settings_of_the_environment_win_over_those_of_an_engine(read, monkeypatch):
    monkeypatch.setenv("CAMUNDA_LOCK_DURATION", "3m")
    text = "[engines.a]\nlock_duration = '1m'\nlog = 'never'\n[engines.b]\nlock_duration = '2m'\n"
    settings = [engine.settings for engine in read(text).engines]
    assert [each.lock_duration for each in settings] == [timedelta(minutes=3)] * 2
    assert [each.log for each in settings] == ["never", "always"]


def test_the_environment_cannot_say_where_several_engines_are(read, monkeypatch):
    monkeypatch.setenv("CAMUNDA_API_BASE_URL", VARIABLE)
    monkeypatch.setenv("CAMUNDA_API_PASSWORD", "x")
    configuration = read(f"[engines.a]\nbase_url = '{IN_FILE}'\n[engines.b]\nusername = 'me'\n")
    assert [engine.settings.base_url for engine in configuration.engines] == [IN_FILE, DEFAULT]
    assert configuration.engines[1].settings.password is None
    assert overlooked_variables(configuration) == ["CAMUNDA_API_BASE_URL", "CAMUNDA_API_PASSWORD"]
    assert overlooked_variables(read("")) == []


def test_an_option_cannot_say_where_several_engines_are(read, tmp_path):
    with pytest.raises(SettingsError) as caught:
        read("[engines.a]\n[engines.b]\n", base_url=FLAG)
    assert str(caught.value) == (
        f"'{tmp_path / 'camunda-robot.toml'}' names several engines (a, b): the option --base-url fits none of them."
    )


def test_without_a_file_options_and_environment_say_it_all(monkeypatch):
    monkeypatch.setenv("CAMUNDA_API_USERNAME", "me")
    configuration = configure({"base_url": FLAG, "slots": 2, "once": None})
    assert configuration.engines[0].settings == Settings(base_url=FLAG, username="me")
    assert configuration.worker == WorkerOptions(slots=2)
    assert configuration.file is None


def test_values_are_not_expanded(read, monkeypatch):
    monkeypatch.setenv("NAME", "x")
    assert read("[engines.a]\nusername = '$NAME'\npassword = '${NAME}'\n").engines[0].settings.username == "$NAME"


def test_credentials_are_not_shown(read):
    configuration = read("[engines.a]\nusername = 'me'\npassword = 'hush'\n")
    assert "hush" not in repr(configuration)


def test_programs_read_a_file_with_options_of_their_own(write):
    assert read_configuration(write("[worker]\nslots = 4\nlimit = 3\n"), slots=2).worker == WorkerOptions(
        slots=2, limit=3
    )


def test_the_file_is_the_one_that_is_named_or_the_one_in_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert find_configuration_file(None) is None
    assert find_configuration_file(Path("other.toml")) == Path("other.toml")
    (tmp_path / "camunda-robot.toml").touch()
    assert find_configuration_file(None) == Path("camunda-robot.toml")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[worker]\nslot = 2\n", "2: key 'worker.slot' is unknown. Did you mean 'slots'?"),
        ("[worker]\nslots = true\n", "2: key 'worker.slots' must be a whole number."),
        ("[worker]\nslots = 0\n", "2: key 'worker.slots' must be at least 1."),
        ("[worker]\nbreaker_after = -1\n", "2: key 'worker.breaker_after' must be at least 0."),
        (
            "[worker]\ngrace = 'soon'\n",
            "2: key 'worker.grace' is wrong: 'soon' is no duration. "
            "Write it like '90s', '5 minutes', '1:30' or 'PT5M'.",
        ),
        ("[worker]\nidle_exit = '0s'\n", "2: key 'worker.idle_exit' must be longer than nothing."),
        (
            "[worker]\nkept_size = 'big'\n",
            "2: key 'worker.kept_size' is wrong: 'big' is no size. Write it like '10 MB' or '500 kB'.",
        ),
        ("[worker]\nmetrics_port = 70000\n", "2: key 'worker.metrics_port' must be at most 65535."),
        ("[worker]\nlog_format = 'xml'\n", "2: key 'worker.log_format' must be 'text' or 'json'."),
        ("[worker]\nonce = 1\n", "2: key 'worker.once' must be true or false."),
        ("[worker]\nbundles = 'x'\n", "2: key 'worker.bundles' must be a list."),
        (
            "[worker]\npass_environment = ['CAMUNDA_API_PASSWORD']\n",
            "2: key 'worker.pass_environment.0' must not hold 'CAMUNDA_API_PASSWORD', which is the worker's own.",
        ),
        (
            "[worker]\nbase_url = 'localhost'\n",
            "2: key 'worker.base_url' is wrong: 'localhost' is no URL. "
            "Write it like 'http://localhost:8080/engine-rest'.",
        ),
        (
            "[worker]\nbase_url = 'http://x'\n[engines.a]\n",
            "1: the file has base_url under [worker] beside [engines]: keep one of them.",
        ),
        (
            '[topics."Search comics"]\nretrys = 3\n',
            "2: key 'topics.\"Search comics\".retrys' is unknown. Did you mean 'retries'?",
        ),
        (
            '[topics."A"]\nretries = 3\nretryTimeCycle = "R3/PT5M"\n',
            "1: key 'topics.A' has retryTimeCycle beside retries or retryTimeout: keep one of them.",
        ),
        ("[topics.A]\ntopic = 'B'\n", "1: key 'topics.A' has 'topic', but the name of the table is the topic."),
        ("[topics]\nretries = 3\n", "2: key 'topics.retries' must hold keys and values."),
        ("[engines.a]\ntimeout = '0s'\n", "2: key 'engines.a.timeout' is wrong: '0s' must be longer than nothing."),
        (
            "[engines.a]\nlog = 'sometimes'\n",
            "2: key 'engines.a.log' is wrong: 'sometimes' is none of always, on_failure, never.",
        ),
        ("[engines.a]\nusername = true\n", "2: key 'engines.a.username' must be text."),
        ("[engines.a]\ntopics = []\n", "2: key 'engines.a.topics' must not be empty."),
        (
            "[engines.a]\npasswort = 'x'\n",
            "2: key 'engines.a.passwort' is unknown. Did you mean 'password'?",
        ),
        (
            "[engines.a]\npassword = 'x'\npassword_env = 'X'\n",
            "1: key 'engines.a' has password beside password_env: keep one of them.",
        ),
        (
            "[engines.a]\nauthorization_env = 'X'\nusername = 'me'\n",
            "1: key 'engines.a' has more than one kind of credentials: authorization and username; keep one of them.",
        ),
        (
            "[engines.a]\nclient_secret_env = 'NOT_THERE'\n",
            "2: key 'engines.a.client_secret_env' names the environment variable 'NOT_THERE', which is not set.",
        ),
        ("[secrets.shop]\nsource = 'x'\n", "2: key 'secrets.shop.source' must be one of env, file, vault, keyring."),
        ("[hooks]\nafter_robo = 'x'\n", "2: key 'hooks.after_robo' is unknown. Did you mean 'after_robot'?"),
        ("[hooks]\non_incident = 3\n", "2: key 'hooks.on_incident' must be a command, or the list of its words."),
        ("[wroker]\n", "1: key 'wroker' is unknown. Did you mean 'worker'?"),
        ("slots = 2\n", "1: key 'slots' is unknown; known are worker, topics, engines, secrets, hooks."),
        ("[worker\n", "1: this is not TOML: Expected ']' at the end of a table declaration."),
    ],
)
def test_what_is_wrong_is_named_with_line_and_key(read, tmp_path, text, problem):
    with pytest.raises(SettingsError) as caught:
        read(text)
    assert str(caught.value) == f"'{tmp_path / 'camunda-robot.toml'}', line {problem}"


def test_everything_that_is_wrong_is_said_at_once(read, monkeypatch):
    with pytest.raises(SettingsError) as caught:
        read("[worker]\nslots = 'x'\n[topics.A]\nretries = 'x'\n[secrets.a]\nsource = 'x'\n[engines.a]\nlog = 'x'\n")
    lines = str(caught.value).splitlines()
    assert [line.split("key ")[1].split("'")[1] for line in lines] == [
        *("worker.slots", "topics.A.retries", "engines.a.log", "secrets.a.source"),
    ]


def test_a_password_of_the_wrong_type_is_not_repeated(read):
    with pytest.raises(SettingsError) as caught:
        read("[engines.a]\npassword = ['hush']\nbase_url = 'ftp://me:hush@x'\n")
    assert "hush" not in str(caught.value)
    assert len(str(caught.value).splitlines()) == 2
