"""Keywords on decisions."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from robot.api import logger
from robot.api.deco import keyword
from robot.utils import DotDict

from CamundaLibrary.engines.records import DecisionDefinition
from CamundaLibrary.keywords.connection import EngineGroup
from CamundaLibrary.keywords.decision_results import DecisionResult, shape
from CamundaLibrary.keywords.versions import choose_decision
from CamundaLibrary.keywords.written_files import write_file
from CamundaLibrary.variables import encode_all


class DecisionKeywords(EngineGroup):
    """Asks decisions, and finds them."""

    @keyword(tags=("Decision",))
    def evaluate_decision(
        self,
        key: str,
        /,
        variables: Mapping[str, Any] | None = None,
        result: DecisionResult = DecisionResult.TABLE,
        output: str | None = None,
        version: int | None = None,
        version_tag: str | None = None,
        tenant: str | None = None,
        **more_variables: Any,
    ) -> Any:
        """Evaluates a decision and returns what it gave.

        | =Arguments=        | =Description= |
        | ``key``            | Id of the decision in its model. |
        | ``variables``      | Dictionary of the decision's inputs. |
        | ``result``         | TABLE, ROW, COLUMN or VALUE, see below. |
        | ``output``         | Name of the output that COLUMN and VALUE take; needed where there are several. |
        | ``version``        | Number of the version; without it the newest. |
        | ``version_tag``    | Version tag in the model; the newest version with this tag. |
        | ``tenant``         | Id of the tenant that the decision belongs to. |
        | ``more_variables`` | Inputs by name, also. |

        TABLE is a list with a dictionary for each rule that matched, of its outputs by their names; it may be empty.
        ROW is the dictionary of the one rule that matched, VALUE the value of one output of that: they fail if no
        rule matched, or several did. COLUMN is a list of the values of one output.

        Example:
        | ${rows}    `Evaluate Decision`    discount    amount=${500}    customer=gold
        | ${percent}    `Evaluate Decision`    discount    amount=${500}    result=VALUE    output=percent
        | ${row}    `Evaluate Decision`    discount    ${inputs}    result=ROW    version=2
        """
        inputs = {**(variables or {}), **more_variables}
        chosen = choose_decision(self.engine, key, version, version_tag, tenant)
        rows = self.engine.decisions.evaluate(definition_id=chosen.id, variables=encode_all(inputs))
        table = [DotDict((name, row[name].value) for name in sorted(row)) for row in rows]
        logger.info(f"Decision '{key}' gave {table}.")
        return shape(key, table, result, output, inputs)

    @keyword(tags=("Decision",))
    def find_decision_definitions(
        self,
        decision: str | None = None,
        name: str | None = None,
        version: int | None = None,
        version_tag: str | None = None,
        latest: bool = False,
        deployment: str | None = None,
        tenant: str | None = None,
    ) -> list[DotDict]:
        """Returns versions of decisions, oldest version first.

        | =Arguments=     | =Description= |
        | ``decision``    | Id of the decision in its model. |
        | ``name``        | Name of the decision. |
        | ``version``     | Number of the version. |
        | ``version_tag`` | Version tag in the model. |
        | ``latest``      | True: only the newest version of each. |
        | ``deployment``  | Id of the deployment that made them. |
        | ``tenant``      | Id of the tenant. |

        Each is a dictionary: ``id``, ``decision``, ``name``, ``version``, ``version_tag``, ``deployment``,
        ``resource``, ``tenant``.

        Example:
        | ${decisions}    `Find Decision Definitions`    latest=True
        """
        found = self.engine.decisions.list(
            key=decision,
            name=name,
            version=version,
            version_tag=version_tag,
            latest=latest,
            deployment_id=deployment,
            tenant_id=tenant,
        )
        return [_shown(each) for each in found]

    @keyword(tags=("Decision",))
    def get_decision_model(
        self,
        decision: str,
        version: int | None = None,
        version_tag: str | None = None,
        tenant: str | None = None,
        path: Path | None = None,
    ) -> str:
        """Returns the DMN of a decision as text, and writes it to a file if asked.

        | =Arguments=     | =Description= |
        | ``decision``    | Id of the decision in its model. |
        | ``version``     | Number of the version; without it the newest. |
        | ``version_tag`` | Version tag in the model; the newest version with this tag. |
        | ``tenant``      | Id of the tenant that it belongs to. |
        | ``path``        | File to write; missing folders are made. |

        Example:
        | ${dmn}    `Get Decision Model`    discount    version=2
        """
        chosen = choose_decision(self.engine, decision, version, version_tag, tenant)
        text = self.engine.decisions.xml(chosen.id)
        if path is not None:
            write_file(path, text.encode())
        return text


def _shown(definition: DecisionDefinition) -> DotDict:
    return DotDict(
        id=definition.id,
        decision=definition.key,
        name=definition.name,
        version=definition.version,
        version_tag=definition.version_tag,
        deployment=definition.deployment_id,
        resource=definition.resource,
        tenant=definition.tenant_id,
    )
