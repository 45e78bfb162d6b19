"""Ways to the real engine: by tokens, through forward proxies, and with certificates on both sides."""

import logging
import ssl
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import trustme
from gateways import ForwardProxy, TokenService, tls_gateway
from listener.robots import run_robot, start_robot

from CamundaLibrary import connect
from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.errors import EngineError, EngineUnreachable, NotAuthenticated, SettingsError

__all__ = ["run_robot", "start_robot"]


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def refusal(engine: Engine, kind: type[EngineError]) -> str:
    """Returns the reason why the engine could not be asked."""
    with pytest.raises(EngineError) as caught:
        engine.external_tasks.set_retries("a", 1)  # a call that is not repeated
    assert type(caught.value) is kind, caught.value
    shown = "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value)) + repr(engine)
    assert "s3cret" not in shown
    return caught.value.reason


class TestTokens:
    @pytest.fixture
    def service(self, engine_url: str) -> Iterator[TokenService]:
        with TokenService(engine_url, life=300).running() as service:
            yield service

    def connect(self, service: TokenService, secret: str | None = None) -> Engine:
        return connect(
            service.url,
            token_url=service.token_url,
            client_id=service.client[0],
            client_secret=secret or service.client[1],
        )

    def test_one_token_serves_many_calls_of_many_threads(self, service: TokenService) -> None:
        engine = self.connect(service)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: engine.external_tasks.count(), range(40)))
        assert len(service.calls) == 40
        assert len(service.issued) == 1

    def test_a_token_is_renewed_before_it_ends(self, service: TokenService) -> None:
        service.life = 2
        engine = self.connect(service)
        ended = time.monotonic() + 3.5
        while time.monotonic() < ended:
            engine.version()
            time.sleep(0.1)
        assert 3 <= len(service.issued) <= 5
        assert set(service.calls) == {f"Bearer {token}" for token in service.issued}

    def test_a_token_that_was_revoked_is_renewed_once(self, service: TokenService) -> None:
        engine = self.connect(service)
        engine.version()
        service.revoke()
        engine.version()
        assert len(service.issued) == 2

    def test_an_engine_that_takes_no_token_at_all_is_asked_twice_and_no_more(self, service: TokenService) -> None:
        service.life = -1
        assert refusal(self.connect(service), NotAuthenticated) == (
            "the credentials are missing or wrong (401 Unauthorized)"
        )
        assert len(service.issued) == 2

    def test_a_wrong_secret_is_told_with_the_words_of_the_service(self, service: TokenService) -> None:
        assert refusal(self.connect(service, "s3cret-wrong"), NotAuthenticated) == (
            f"'{service.token_url}' gave no token (401: invalid_client)"
        )
        assert service.calls == []


class TestProxies:
    def test_everything_goes_by_the_proxy_that_was_named(self, engine_url: str) -> None:
        with ForwardProxy().running() as proxy:
            engine = connect(engine_url, proxy=proxy.url)
            engine.version()
            engine.external_tasks.count()
        assert len(proxy.targets) == 2

    def test_it_wins_over_those_of_the_environment(self, engine_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HTTP_PROXY", "http://localhost:9")
        monkeypatch.setenv("NO_PROXY", "*")
        with ForwardProxy().running() as proxy:
            connect(engine_url, proxy=proxy.url).version()
        assert len(proxy.targets) == 1

    def test_a_proxy_of_the_environment_is_used_unless_the_engine_is_among_the_exceptions(
        self, engine_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with ForwardProxy().running() as proxy:
            monkeypatch.setenv("HTTP_PROXY", proxy.url)
            connect(engine_url).version()
            assert len(proxy.targets) == 1
            monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1")
            connect(engine_url).version()
            assert len(proxy.targets) == 1

    def test_tokens_are_fetched_by_it_too(self, engine_url: str) -> None:
        with TokenService(engine_url, 300).running() as service, ForwardProxy().running() as proxy:
            user, secret = service.client
            connect(
                service.url, token_url=service.token_url, client_id=user, client_secret=secret, proxy=proxy.url
            ).version()
        assert len(proxy.targets) == 2

    def test_its_login_is_in_its_url(self, engine_url: str) -> None:
        with ForwardProxy("robot:s3cret@ b").running() as proxy:
            connect(engine_url, proxy=f"http://robot:s3cret%40%20b@{proxy.host}").version()
        assert len(proxy.targets) == 1

    def test_a_wrong_login_is_told_without_it(self, engine_url: str, caplog: pytest.LogCaptureFixture) -> None:
        with ForwardProxy("robot:right").running() as proxy, caplog.at_level(logging.DEBUG):
            engine = connect(engine_url, proxy=f"http://robot:s3cret@{proxy.host}")
            assert refusal(engine, NotAuthenticated) == "the proxy on the way wants credentials (407)"
        assert proxy.targets == []
        assert "s3cret" not in caplog.text

    def test_a_proxy_that_nobody_runs(self, engine_url: str) -> None:
        host = engine_url.split("/")[2]
        assert refusal(connect(engine_url, proxy="http://robot:s3cret@localhost:9"), EngineUnreachable) == (
            f"the proxy on the way to '{host}' does not help: Connection refused"
        )

    def test_what_is_no_proxy_is_told_without_its_password(self, engine_url: str) -> None:
        with pytest.raises(SettingsError) as caught:
            connect(engine_url, proxy="http://robot:s3cret@proxy/path")
        assert str(caught.value) == (
            "The argument 'proxy' is wrong: 'http://***@proxy/path' is no URL of a proxy. "
            "Write it like 'http://proxy.example:3128'."
        )


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


class TestCertificates:
    @pytest.fixture
    def bundle(self, authority: trustme.CA, tmp_path: Path) -> Path:
        authority.cert_pem.write_to_path(tmp_path / "ca.pem")
        return tmp_path / "ca.pem"

    @pytest.fixture
    def identity(self, authority: trustme.CA, tmp_path: Path) -> tuple[Path, Path]:
        return write(authority.issue_cert("robot@localhost"), tmp_path, "robot")

    @pytest.fixture(params=[ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["TLS 1.2", "TLS 1.3"])
    def secure_url(self, request, engine_url: str, authority: trustme.CA) -> Iterator[str]:
        """A server that demands a certificate of its authority."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = context.maximum_version = request.param
        context.verify_mode = ssl.CERT_REQUIRED
        authority.issue_cert("localhost").configure_cert(context)
        authority.configure_trust(context)
        with tls_gateway(engine_url, context) as url:
            yield url

    def test_a_server_that_demands_a_certificate_gets_ours(self, secure_url, bundle, identity) -> None:
        certificate, key = identity
        engine = connect(secure_url, ca_bundle=bundle, client_certificate=certificate, client_key=key)
        assert engine.version()
        engine.external_tasks.count()

    def test_certificate_and_key_may_be_in_one_file(self, secure_url, bundle, identity, tmp_path) -> None:
        both = tmp_path / "both.pem"
        both.write_bytes(identity[1].read_bytes() + identity[0].read_bytes())
        assert connect(secure_url, ca_bundle=bundle, client_certificate=both).version()

    def test_it_is_shown_through_a_proxy_too(self, secure_url, bundle, identity) -> None:
        certificate, key = identity
        with ForwardProxy("robot:s3cret").running() as proxy:
            engine = connect(
                secure_url,
                ca_bundle=bundle,
                client_certificate=certificate,
                client_key=key,
                proxy=f"http://robot:s3cret@{proxy.host}",
            )
            assert engine.version()
            engine.close()
            assert proxy.targets == [secure_url.split("/")[2]]

    def test_a_proxy_that_refuses_the_way_is_told(self, secure_url, bundle) -> None:
        with ForwardProxy(allows=lambda target: False).running() as proxy:
            engine = connect(secure_url, ca_bundle=bundle, proxy=f"http://robot:s3cret@{proxy.host}")
            assert refusal(engine, EngineUnreachable) == (
                f"the proxy on the way to '{secure_url.split('/')[2]}' does not help: 403 Forbidden"
            )

    def test_the_certificates_of_two_engines_in_one_process_stay_apart(self, secure_url, bundle, identity) -> None:
        certificate, key = identity
        connect(secure_url, ca_bundle=bundle, client_certificate=certificate, client_key=key).version()
        refusal(connect(secure_url, ca_bundle=bundle), EngineUnreachable)

    def test_settings_of_the_environment_lead_there(self, secure_url, bundle, identity, tmp_path, run_robot) -> None:
        run = run_robot(
            "${none}    Fetch And Lock    nothing\nShould Be Equal    ${none}    ${None}",
            url=secure_url,
            api_ca_bundle=str(bundle),
            api_client_certificate=str(identity[0]),
            api_client_key=str(identity[1]),
        )
        assert (run.returncode, run.stderr) == (0, "")

    def test_without_one_the_server_refuses(self, engine_url, authority, bundle) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.maximum_version = ssl.TLSVersion.TLSv1_2  # later ones say it after the client's first words
        context.verify_mode = ssl.CERT_REQUIRED
        authority.issue_cert("localhost").configure_cert(context)
        authority.configure_trust(context)
        with tls_gateway(engine_url, context) as url:
            assert refusal(connect(url, ca_bundle=bundle), EngineUnreachable) == (
                f"'{url.split('/')[2]}' refuses a connection without a certificate that it knows. "
                "Name yours with CAMUNDA_API_CLIENT_CERTIFICATE and CAMUNDA_API_CLIENT_KEY"
            )

    def test_one_of_another_authority_is_refused(self, engine_url, authority, bundle, tmp_path) -> None:
        certificate, key = write(trustme.CA().issue_cert("robot@localhost"), tmp_path, "stranger")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.verify_mode = ssl.CERT_REQUIRED
        authority.issue_cert("localhost").configure_cert(context)
        authority.configure_trust(context)
        with tls_gateway(engine_url, context) as url:
            engine = connect(url, ca_bundle=bundle, client_certificate=certificate, client_key=key)
            assert refusal(engine, EngineUnreachable) == (
                f"'{url.split('/')[2]}' does not accept our certificate (CAMUNDA_API_CLIENT_CERTIFICATE)"
            )

    def test_a_server_of_another_authority_is_not_trusted(self, secure_url, identity) -> None:
        certificate, key = identity
        reason = refusal(connect(secure_url, client_certificate=certificate, client_key=key), EngineUnreachable)
        assert reason == (
            f"the certificate of '{secure_url.split('/')[2]}' is not trusted "
            "(self-signed certificate in certificate chain). "
            "If it is right, name the file of its authority with CAMUNDA_API_CA_BUNDLE"
        )


def write(certificate: trustme.LeafCert, folder: Path, name: str) -> tuple[Path, Path]:
    """Writes a certificate and its key."""
    file, key = folder / f"{name}.pem", folder / f"{name}.key"
    certificate.cert_chain_pems[0].write_to_path(file)
    certificate.private_key_pem.write_to_path(key)
    return file, key
