import threading
from datetime import timedelta

import pytest

from CamundaLibrary.errors import SecretMissing, ToolMissing
from CamundaLibrary.secrets import ConfiguredSecret, SecretStore, SecretValue


class Source:
    """Gives `value-1`, `value-2` …, and counts how often it is asked."""

    def __init__(self, problem: str | None = None, missing_package: str | None = None) -> None:
        self.reads = 0
        self.problem = problem
        self.missing_package = missing_package

    def check(self) -> None:
        if self.missing_package:
            raise ToolMissing(self.missing_package)

    def read(self) -> SecretValue:
        self.reads += 1
        if self.problem:
            raise SecretMissing(self.problem)
        return f"value-{self.reads}"


NOT_FOR = (
    "Secret 'shop' is not for topic 'Search' of bundle 'comics'. "
    "If it is to be, add the bundle or the topic to [secrets.shop] of camunda-robot.toml."
)


def refusal(store: SecretStore, topic: object) -> str:
    with pytest.raises(SecretMissing) as error:
        store.values_for(topic)  # type: ignore[arg-type] - a stand-in of the tests
    return str(error.value)


def test_a_robot_gets_what_it_asks_for_and_nothing_else(topic) -> None:
    store = SecretStore({name: ConfiguredSecret(Source(), bundles=["comics"]) for name in ("shop", "bank")})
    assert store.values_for(topic("shop")) == {"shop": "value-1"}
    assert store.values_for(topic()) == {}


@pytest.mark.parametrize(
    "who",
    [
        {"bundles": ["comics"]},
        {"bundles": ["/bundles/comics"]},
        {"topics": ["Search"]},
        {"bundles": ["comics"], "topics": ["Search"]},
    ],
)
def test_who_may_have_a_secret(topic, who: dict[str, list[str]]) -> None:
    assert SecretStore({"shop": ConfiguredSecret(Source(), **who)}).values_for(topic("shop")) == {"shop": "value-1"}


@pytest.mark.parametrize(
    "who",
    [
        {},
        {"bundles": []},
        {"bundles": ["other", "com", "/other/comics"]},
        {"topics": ["search"]},
        {"bundles": ["comics"], "topics": ["Other"]},
        {"bundles": ["other"], "topics": ["Search"]},
    ],
)
def test_nobody_else_gets_it_and_it_is_not_even_read(topic, who: dict[str, list[str]]) -> None:
    source = Source()
    assert refusal(SecretStore({"shop": ConfiguredSecret(source, **who)}), topic("shop")) == NOT_FOR
    assert source.reads == 0


def test_a_secret_that_is_not_configured(topic) -> None:
    assert refusal(SecretStore({}), topic("shop")) == (
        "Secret 'shop' of topic 'Search' is not configured. "
        "Add [secrets.shop] to camunda-robot.toml, with its source and who may have it."
    )


def test_a_secret_that_cannot_be_read_names_secret_source_and_remedy(topic) -> None:
    source = Source("There is no file '/run/secrets/shop'. Make it, or correct the path.")
    assert refusal(SecretStore({"shop": ConfiguredSecret(source, topics=["Search"])}), topic("shop")) == (
        "Secret 'shop' is missing: There is no file '/run/secrets/shop'. Make it, or correct the path."
    )


def test_a_value_is_read_again_when_it_is_too_old(topic) -> None:
    source = Source()
    secrets = {"shop": ConfiguredSecret(source, topics=["Search"])}
    kept = SecretStore(secrets)
    assert [kept.values_for(topic("shop"))["shop"] for _ in range(3)] == ["value-1"] * 3
    fresh = SecretStore(secrets, kept_for=timedelta())
    assert [fresh.values_for(topic("shop"))["shop"] for _ in range(2)] == ["value-2", "value-3"]


def test_a_failure_is_not_kept(topic) -> None:
    source = Source("Vault is sealed.")
    store = SecretStore({"shop": ConfiguredSecret(source, topics=["Search"])})
    assert refusal(store, topic("shop")) == "Secret 'shop' is missing: Vault is sealed."
    source.problem = None
    assert store.values_for(topic("shop")) == {"shop": "value-2"}


def test_robots_that_start_together_ask_the_source_once(topic) -> None:
    source = Source()
    store = SecretStore({"shop": ConfiguredSecret(source, topics=["Search"])})
    threads = [threading.Thread(target=store.values_for, args=(topic("shop"),)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert source.reads == 1


def test_the_check_at_start_names_every_problem_once_and_reads_nothing(topic) -> None:
    sources = {"shop": Source(), "bank": Source(missing_package="It needs the package hvac."), "fine": Source()}
    store = SecretStore(
        {
            "shop": ConfiguredSecret(sources["shop"], bundles=["other"]),
            "bank": ConfiguredSecret(sources["bank"], bundles=["comics"]),
            "fine": ConfiguredSecret(sources["fine"], bundles=["comics"]),
        }
    )
    store.check([topic("fine")])
    with pytest.raises(SecretMissing) as error:
        store.check([topic("shop", "fine"), topic("shop", "bank"), topic("none")])
    assert str(error.value) == (
        f"{NOT_FOR} Secret 'bank' cannot be read: It needs the package hvac. "
        "Secret 'none' of topic 'Search' is not configured. "
        "Add [secrets.none] to camunda-robot.toml, with its source and who may have it."
    )
    assert [source.reads for source in sources.values()] == [0, 0, 0]


def test_no_repr_shows_a_value(topic) -> None:
    store = SecretStore({"shop": ConfiguredSecret(Source(), topics=["Search"])})
    values = store.values_for(topic("shop"))
    assert "value-1" not in f"{values!r} {values} {store!r} {vars(store)!r}"
