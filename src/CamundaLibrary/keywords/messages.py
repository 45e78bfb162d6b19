"""Keywords on messages."""

from collections.abc import Mapping
from typing import Any

from robot.api import logger
from robot.api.deco import keyword
from robot.utils import DotDict

from CamundaLibrary.engines.records import Correlation
from CamundaLibrary.errors import RequestRefused
from CamundaLibrary.keywords.connection import EngineGroup
from CamundaLibrary.keywords.message_receivers import Wanted, say_who_waits
from CamundaLibrary.variables import encode_all


class MessageKeywords(EngineGroup):
    """Brings messages to those who wait for them."""

    @keyword(tags=("Event",))
    def correlate_message(
        self,
        name: str,
        /,
        business_key: str | None = None,
        instance: str | None = None,
        correlation_keys: Mapping[str, Any] | None = None,
        local_correlation_keys: Mapping[str, Any] | None = None,
        tenant: str | None = None,
        without_tenant: bool = False,
        local_variables: Mapping[str, Any] | None = None,
        with_variables: bool = False,
        process_variables: Mapping[str, Any] | None = None,
        **variables: Any,
    ) -> DotDict:
        """Gives a message to the one who waits for it, or starts a process by it.

        | =Arguments=                | =Description= |
        | ``name``                   | Name of the message in the model. |
        | ``business_key``           | Business key of the receiver, or of the instance that is started. |
        | ``instance``               | Id of the process instance that gets it. |
        | ``correlation_keys``       | Dictionary of process variables that the receiver has, with these values. |
        | ``local_correlation_keys`` | The same for variables of the scope that waits. |
        | ``tenant``                 | Id of the receiver's tenant. |
        | ``without_tenant``         | True: only receivers of no tenant. |
        | ``local_variables``        | Dictionary of variables to set in the scope that waits. |
        | ``with_variables``         | True: the result has the process variables. |
        | ``process_variables``      | Dictionary of process variables to set, for names that are arguments here, say. |
        | ``variables``              | Process variables to set, typed by their Python values. |

        Receive tasks, events of all kinds and start events get messages. Returns a dictionary: ``instance`` (id of
        the process instance), ``started`` (True: by this message), ``execution``, ``business_key`` (of a started
        one), ``tenant``, ``variables``. If nobody waits, or several do, it fails and names those who wait; all of
        them at once: `Correlate Message To All`.

        Example:
        | `Correlate Message`    order paid    business_key=A-17    amount=${10}
        | &{keys}    Create Dictionary    customer=Ann
        | ${result}    `Correlate Message`    order paid    correlation_keys=${keys}
        | `Wait Until Process Ended`    ${result.instance}
        """
        wanted = Wanted(name, instance, tenant)
        try:
            (receiver,) = self.engine.messages.correlate(
                name,
                business_key=business_key,
                process_instance_id=instance,
                correlation_keys=encode_all(correlation_keys or {}),
                local_correlation_keys=encode_all(local_correlation_keys or {}),
                variables=encode_all({**(process_variables or {}), **variables}),
                local_variables=encode_all(local_variables or {}),
                tenant_id=tenant,
                without_tenant=without_tenant,
                with_variables=with_variables,
            )
        except RequestRefused as error:
            raise say_who_waits(self.engine, error, wanted) from None
        logger.info(f"Process instance '{receiver.process_instance_id}' got message '{name}'.")
        return _shown(receiver)

    @keyword(tags=("Event",))
    def correlate_message_to_all(
        self,
        name: str,
        /,
        business_key: str | None = None,
        correlation_keys: Mapping[str, Any] | None = None,
        tenant: str | None = None,
        without_tenant: bool = False,
        process_variables: Mapping[str, Any] | None = None,
        **variables: Any,
    ) -> list[DotDict]:
        """Gives a message to all that wait for it and match, and returns who they were.

        | =Arguments=           | =Description= |
        | ``name``              | Name of the message in the model. |
        | ``business_key``      | Business key of the receivers, or of the instance that is started. |
        | ``correlation_keys``  | Dictionary of process variables that the receivers have, with these values. |
        | ``tenant``            | Id of the receivers' tenant. |
        | ``without_tenant``    | True: only receivers of no tenant. |
        | ``process_variables`` | Dictionary of process variables to set, for names that are arguments here, say. |
        | ``variables``         | Process variables to set, typed by their Python values. |

        Each is a dictionary as from `Correlate Message`; there may be none.

        Example:
        | ${receivers}    `Correlate Message To All`    shop closed    reason=maintenance
        """
        receivers = self.engine.messages.correlate(
            name,
            business_key=business_key,
            correlation_keys=encode_all(correlation_keys or {}),
            variables=encode_all({**(process_variables or {}), **variables}),
            tenant_id=tenant,
            without_tenant=without_tenant,
            to_all=True,
        )
        logger.info(f"{len(receivers)} got message '{name}'.")
        return [_shown(each) for each in receivers]


def _shown(receiver: Correlation) -> DotDict:
    return DotDict(
        instance=receiver.process_instance_id,
        started=receiver.started,
        execution=receiver.execution_id,
        business_key=receiver.business_key,
        tenant=receiver.tenant_id,
        variables=DotDict((name, value.value) for name, value in receiver.variables.items()),
    )
