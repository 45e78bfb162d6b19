"""Secrets in HashiCorp Vault, key/value engine version 2 (and OpenBao, which has the same API).

Paths, fields and codes are of Vault's published HTTP API: secret/kv/kv-v2 and auth/approle. What no file and no option
says is taken from Vault's own variables VAULT_ADDR, VAULT_TOKEN, VAULT_NAMESPACE and VAULT_CACERT.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from CamundaLibrary.errors import SecretMissing
from CamundaLibrary.secrets.files import FileSource
from CamundaLibrary.secrets.source import require_package, understand
from CamundaLibrary.secrets.values import SecretValue

if TYPE_CHECKING:
    import hvac

_TIMEOUT = 10  # seconds


class VaultSource(NamedTuple):
    """The secret at `path` of the engine at `mount`; `key` chooses one of its fields, `version` None is the latest.

    The worker logs in by token (a file, or VAULT_TOKEN), or by app role: `role_id` with the secret id in a file.
    """

    path: str
    mount: str = "secret"
    key: str | None = None
    version: int | None = None
    url: str | None = None
    namespace: str | None = None
    ca_bundle: Path | None = None
    token_file: Path | None = None
    role_id: str | None = None
    secret_id_file: Path | None = None

    def check(self) -> None:
        require_package("hvac", "vault", "Secrets in HashiCorp Vault")

    def read(self) -> SecretValue:
        self.check()
        import requests
        from hvac.exceptions import VaultError

        try:
            content = self._read()
        except VaultError as error:
            raise SecretMissing(f"{self._where} cannot be read: {_explain(error)}.") from None
        except requests.RequestException as error:
            raise SecretMissing(
                f"{self._where} cannot be read: Vault cannot be reached ({type(error).__name__})."
            ) from None
        except (KeyError, TypeError, AttributeError, ValueError):
            raise SecretMissing(f"{self._where} cannot be read: the reply is not one of Vault.") from None
        return understand(content, self.key, self._where)

    @property
    def _where(self) -> str:
        return f"Path '{self.mount}/data/{self.path}' of Vault '{self._url}'"

    @property
    def _url(self) -> str:
        url = self.url or os.environ.get("VAULT_ADDR")
        if not url:
            raise SecretMissing("The address of Vault is not known. Give it as url, or in VAULT_ADDR.")
        return url.rstrip("/")

    def _read(self) -> Any:
        reply = self._client().secrets.kv.v2.read_secret_version(
            self.path, version=self.version, mount_point=self.mount, raise_on_deleted_version=True
        )
        return reply["data"]["data"]

    def _client(self) -> "hvac.Client":
        import hvac

        certificates = str(self.ca_bundle) if self.ca_bundle else os.environ.get("VAULT_CACERT") or True
        namespace = self.namespace or os.environ.get("VAULT_NAMESPACE")
        client = hvac.Client(self._url, token=self._token(), namespace=namespace, verify=certificates, timeout=_TIMEOUT)
        if self.role_id is not None and self.secret_id_file:
            client.auth.approle.login(self.role_id, _read_text(self.secret_id_file))
        return client

    def _token(self) -> str:
        """An empty one keeps hvac from looking for one by itself, in VAULT_TOKEN and ~/.vault-token."""
        if self.role_id is not None:
            return ""
        token = _read_text(self.token_file) if self.token_file else os.environ.get("VAULT_TOKEN")
        if not token:
            raise SecretMissing("The worker has no token for Vault. Give it in a token_file, or in VAULT_TOKEN.")
        return token


def _read_text(path: Path) -> str:
    return str(FileSource(path).read()).strip()


def _explain(error: Exception) -> str:
    """Returns what is wrong and what to do, by Vault's status codes."""
    from hvac import exceptions

    said = f" ({', '.join(error.errors)})" if isinstance(error, exceptions.VaultError) and error.errors else ""
    if isinstance(error, exceptions.InvalidPath):
        return "there is no such secret or version, or it was deleted"
    if isinstance(error, (exceptions.Forbidden, exceptions.Unauthorized)):
        return f"Vault does not let the worker{said}: it needs a valid token and a policy that allows to read this path"
    if isinstance(error, exceptions.InvalidRequest):
        return f"Vault refused the request{said}"
    return f"Vault is not ready{said or f' ({type(error).__name__})'}"
