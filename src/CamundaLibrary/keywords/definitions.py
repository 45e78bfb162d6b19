"""Keywords on process definitions: the versions of a process."""

from datetime import datetime
from pathlib import Path

from robot.api.deco import keyword
from robot.utils import DotDict

from CamundaLibrary.engines.records import ProcessDefinition
from CamundaLibrary.errors import NoSingleMatch
from CamundaLibrary.keywords.connection import EngineGroup
from CamundaLibrary.keywords.versions import choose_definition, describe_version
from CamundaLibrary.keywords.written_files import write_file


class DefinitionKeywords(EngineGroup):
    """Looks at the versions of a process, and lets them be started or not."""

    @keyword(tags=("Definition",))
    def find_process_definitions(
        self,
        process: str | None = None,
        name: str | None = None,
        version_tag: str | None = None,
        latest: bool = False,
        suspended: bool | None = None,
        deployment: str | None = None,
        tenant: str | None = None,
    ) -> list[DotDict]:
        """Returns the process definitions that match all that is given.

        | =Arguments=     | =Description= |
        | ``process``     | Id of the process in its model. |
        | ``name``        | Name of the process. |
        | ``version_tag`` | Version tag in the model. |
        | ``latest``      | True: only the newest version of each process. |
        | ``suspended``   | True or False: only those that are suspended, or that are not. |
        | ``deployment``  | Id of the deployment. |
        | ``tenant``      | Id of the tenant. |

        Each is a dictionary as of `Get Process Definition`; they are sorted by process and version.

        Example:
        | ${newest}    `Find Process Definitions`    latest=True
        | ${old}    `Find Process Definitions`    comic-search    version_tag=1.0
        """
        found = self.engine.definitions.list(
            key=process,
            name=name,
            version_tag=version_tag,
            latest=latest,
            suspended=suspended,
            deployment_id=deployment,
            tenant_id=tenant,
        )
        return [_shown(each) for each in found]

    @keyword(tags=("Definition",))
    def get_process_definition(
        self, process: str, version: int | None = None, version_tag: str | None = None, tenant: str | None = None
    ) -> DotDict:
        """Returns one version of a process: the newest that matches.

        | =Arguments=     | =Description= |
        | ``process``     | Id of the process in its model. |
        | ``version``     | Number that the engine gave to the version. |
        | ``version_tag`` | Version tag in the model; the newest version with this tag. |
        | ``tenant``      | Id of the tenant; without it the process of no tenant, or of the only one that has it. |

        Returns a dictionary: ``id``, ``process``, ``version``, ``version_tag``, ``name``, ``suspended``,
        ``deployment``, ``tenant``. It fails where there is none, and says what there is.

        Example:
        | ${definition}    `Get Process Definition`    comic-search    version_tag=1.0
        | Log    ${definition.version}
        """
        return _shown(choose_definition(self.engine, process, version, version_tag, tenant))

    @keyword(tags=("Definition",))
    def get_process_model(
        self,
        process: str,
        version: int | None = None,
        version_tag: str | None = None,
        tenant: str | None = None,
        path: Path | None = None,
    ) -> str:
        """Returns the model of a process, as BPMN XML.

        | =Arguments=     | =Description= |
        | ``process``     | Id of the process in its model. |
        | ``version``     | Number of the version, see `Get Process Definition`. |
        | ``version_tag`` | Version tag in the model. |
        | ``tenant``      | Id of the tenant. |
        | ``path``        | File to write it to, too; missing folders are made. |

        Example:
        | ${xml}    `Get Process Model`    comic-search    path=${OUTPUT DIR}/comic-search.bpmn
        """
        xml = self.engine.definitions.xml(choose_definition(self.engine, process, version, version_tag, tenant).id)
        if path:
            write_file(path, xml.encode())
        return xml

    @keyword(tags=("Definition",))
    def get_process_diagram(
        self,
        process: str,
        path: Path,
        version: int | None = None,
        version_tag: str | None = None,
        tenant: str | None = None,
    ) -> str:
        """Writes the picture that was deployed with a process to disk.

        | =Arguments=     | =Description= |
        | ``process``     | Id of the process in its model. |
        | ``path``        | File to write; missing folders are made. |
        | ``version``     | Number of the version, see `Get Process Definition`. |
        | ``version_tag`` | Version tag in the model. |
        | ``tenant``      | Id of the tenant. |

        Returns the path. The engine draws nothing: there is a picture only if the deployment had one,
        ``comic-search.png`` or ``comic-search.svg`` beside ``comic-search.bpmn``.

        Example:
        | `Get Process Diagram`    comic-search    ${OUTPUT DIR}/comic-search.svg
        """
        definition = choose_definition(self.engine, process, version, version_tag, tenant)
        picture = self.engine.definitions.diagram(definition.id)
        if picture is None:
            raise NoSingleMatch(f"There is no diagram of {describe_version(definition)}: none was deployed with it.")
        return write_file(path, picture)

    @keyword(tags=("Definition",))
    def suspend_process_definition(
        self,
        process: str,
        version: int | None = None,
        version_tag: str | None = None,
        tenant: str | None = None,
        instances: bool = True,
        at: datetime | None = None,
    ) -> None:
        """Lets no instance of a version be started any more.

        | =Arguments=     | =Description= |
        | ``process``     | Id of the process in its model. |
        | ``version``     | Number of the version, see `Get Process Definition`; without it the newest. |
        | ``version_tag`` | Version tag in the model. |
        | ``tenant``      | Id of the tenant. |
        | ``instances``   | False: running instances go on. |
        | ``at``          | When; without it now. |

        Example:
        | `Suspend Process Definition`    comic-search    version=3
        """
        definition = choose_definition(self.engine, process, version, version_tag, tenant)
        self.engine.definitions.suspend(definition.id, instances=instances, at=at)

    @keyword(tags=("Definition",))
    def activate_process_definition(
        self,
        process: str,
        version: int | None = None,
        version_tag: str | None = None,
        tenant: str | None = None,
        instances: bool = True,
        at: datetime | None = None,
    ) -> None:
        """Lets a suspended version be started again.

        | =Arguments=     | =Description= |
        | ``process``     | Id of the process in its model. |
        | ``version``     | Number of the version, see `Get Process Definition`; without it the newest. |
        | ``version_tag`` | Version tag in the model. |
        | ``tenant``      | Id of the tenant. |
        | ``instances``   | False: suspended instances stay so. |
        | ``at``          | When; without it now. |

        Example:
        | `Activate Process Definition`    comic-search    version=3
        """
        definition = choose_definition(self.engine, process, version, version_tag, tenant)
        self.engine.definitions.activate(definition.id, instances=instances, at=at)


def _shown(definition: ProcessDefinition) -> DotDict:
    return DotDict(
        id=definition.id,
        process=definition.key,
        version=definition.version,
        version_tag=definition.version_tag,
        name=definition.name,
        suspended=definition.suspended,
        deployment=definition.deployment_id,
        tenant=definition.tenant_id,
    )
