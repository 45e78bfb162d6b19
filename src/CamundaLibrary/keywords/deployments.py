"""Keywords on deployments."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from robot.api import logger
from robot.api.deco import keyword
from robot.utils import DotDict

from CamundaLibrary.engines.records import DecisionDefinition, Deployment, ProcessDefinition
from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.keywords.choices import choose_one
from CamundaLibrary.keywords.connection import EngineGroup
from CamundaLibrary.keywords.written_files import path_within, write_file

_MODELS_AND_FORMS = (".bpmn", ".dmn", ".cmmn", ".xml", ".form", ".html")


class DeploymentKeywords(EngineGroup):
    """Brings models to the engine, finds them, takes them away."""

    @keyword(tags=("Deployment",))
    def deploy(
        self,
        *files: str,
        name: str | None = None,
        source: str | None = None,
        tenant: str | None = None,
        always: bool = False,
    ) -> str:
        """Deploys models, forms and other files together.

        | =Arguments= | =Description= |
        | ``files``   | Files, which keep their base names, and folders: all in them, under their paths there. |
        | ``name``    | Name of the deployment, which may also come before the files. |
        | ``source``  | Where they come from, to be found by. |
        | ``tenant``  | Id of the tenant that they are for. |
        | ``always``  | True: deploys also what did not change. |

        Returns the id of the deployment. Where all files are as in the last deployment of that name, nothing is
        deployed and its id is returned; else all are. Hidden files in folders are left out. Without a name that of
        the first file is taken. `Get Deployment` tells which processes and decisions it made.

        Example:
        | `Deploy`    comics    ${CURDIR}/processes/comic-search.bpmn    ${CURDIR}/processes/review.html
        | ${deployment}    `Deploy`    ${CURDIR}/processes    name=comics    source=tests    tenant=north
        """
        if name is None and _is_name(files):
            name, files = files[0], files[1:]
        paths = [Path(each) for each in files]
        name = name or (paths[0].name if paths else "nothing")
        deployment = self.engine.deployments.create(name, paths, if_changed=not always, source=source, tenant_id=tenant)
        made = len(deployment.process_definitions) + len(deployment.decision_definitions)
        logger.info(f"Deployment '{deployment.id}' of '{name}' made {made or 'no'} new versions.")
        return deployment.id

    @keyword(tags=("Deployment",))
    def find_deployments(
        self,
        name: str | None = None,
        name_like: str | None = None,
        source: str | None = None,
        before: datetime | None = None,
        after: datetime | None = None,
        tenant: str | None = None,
        limit: int | None = None,
    ) -> list[DotDict]:
        """Returns the deployments that match all that is given, oldest first.

        | =Arguments=   | =Description= |
        | ``name``      | Name of the deployments. |
        | ``name_like`` | Pattern of the name; ``%`` stands for anything. |
        | ``source``    | Source that they were given. |
        | ``before``    | Deployed before this time. |
        | ``after``     | Deployed after this time. |
        | ``tenant``    | Id of the tenant. |
        | ``limit``     | How many to return at most. |

        Each is a dictionary: ``id``, ``name``, ``source``, ``time``, ``tenant``.

        Example:
        | ${deployments}    `Find Deployments`    source=tests    before=2026-11-01
        """
        found = self.engine.deployments.list(
            name=name,
            name_like=name_like,
            source=source,
            before=before,
            after=after,
            tenant_id=tenant,
            max_results=limit,
        )
        return [_shown(each) for each in found]

    @keyword(tags=("Deployment",))
    def get_deployment(self, deployment: str) -> DotDict:
        """Returns what is known of a deployment.

        | =Arguments=    | =Description= |
        | ``deployment`` | Id of the deployment. |

        Returns a dictionary as `Find Deployments` does, with ``files`` (a list of names), ``processes`` and
        ``decisions`` (lists of dictionaries: ``id``, ``key``, ``version``, ``version_tag``, ``name``): the versions
        that it made.

        Example:
        | ${deployment}    `Get Deployment`    ${id}
        | Log    ${deployment.processes[0].version}
        """
        engine = self.engine
        found = engine.deployments.get(deployment)
        return DotDict(
            _shown(found),
            files=[each.name for each in engine.deployments.resources(deployment)],
            processes=[_version(each) for each in engine.definitions.list(deployment_id=deployment)],
            decisions=[_version(each) for each in engine.decisions.list(deployment_id=deployment)],
        )

    @keyword(tags=("Deployment",))
    def get_deployment_file(self, deployment: str, name: str, path: Path) -> str:
        """Writes a file of a deployment to disk and returns the path.

        | =Arguments=    | =Description= |
        | ``deployment`` | Id of the deployment. |
        | ``name``       | Name of the file there. |
        | ``path``       | File to write; missing folders are made. |

        Example:
        | `Get Deployment File`    ${id}    comic-search.bpmn    ${OUTPUT DIR}/comic-search.bpmn
        """
        there = self.engine.deployments.resources(deployment)
        found = [each for each in there if each.name == name]
        names = [each.name for each in there]
        what = f"file '{name}' in deployment '{deployment}'"
        chosen = choose_one(what, found, lambda each: each.id, asked=name, known=lambda: names)
        return write_file(path, self.engine.deployments.content(chosen))

    @keyword(tags=("Deployment",))
    def get_deployment_files(self, deployment: str, folder: Path) -> list[str]:
        """Writes all files of a deployment to disk and returns their paths.

        | =Arguments=    | =Description= |
        | ``deployment`` | Id of the deployment. |
        | ``folder``     | Folder to write to; files in folders of the deployment get into folders of it. |

        Example:
        | `Get Deployment Files`    ${id}    ${OUTPUT DIR}/processes
        """
        there = self.engine.deployments.resources(deployment)
        paths = [path_within(folder, each.name) for each in there]
        if len({str(path).lower() for path in paths}) < len(paths):
            raise ValueRefused(f"Writing deployment '{deployment}' failed: two of its files would be one on this disk.")
        contents = (self.engine.deployments.content(each) for each in there)
        return [write_file(path, content) for path, content in zip(paths, contents, strict=True)]

    @keyword(tags=("Deployment",))
    def delete_deployment(
        self, deployment: str, cascade: bool = False, skip_listeners: bool = False, skip_io_mappings: bool = False
    ) -> None:
        """Deletes a deployment and the versions that it made.

        | =Arguments=          | =Description= |
        | ``deployment``       | Id of the deployment. |
        | ``cascade``          | True: deletes their instances, too, and the history of these; else there may be none. |
        | ``skip_listeners``   | True: no listeners of the model are called by that. |
        | ``skip_io_mappings`` | True: no input and output parameters of the model are evaluated by that. |

        Example:
        | `Delete Deployment`    ${id}    cascade=True
        """
        self.engine.deployments.delete(
            deployment, cascade=cascade, skip_listeners=skip_listeners, skip_io_mappings=skip_io_mappings
        )


def _is_name(files: Sequence[str]) -> bool:
    """Tells whether the first is no file but a name: others follow, and it is not there, nor called like a model."""
    first = Path(next(iter(files), ""))
    return len(files) > 1 and not first.is_file() and first.suffix.lower() not in _MODELS_AND_FORMS


def _version(definition: ProcessDefinition | DecisionDefinition) -> DotDict:
    return DotDict(
        id=definition.id,
        key=definition.key,
        version=definition.version,
        version_tag=definition.version_tag,
        name=definition.name,
    )


def _shown(deployment: Deployment) -> DotDict:
    return DotDict(
        id=deployment.id,
        name=deployment.name,
        source=deployment.source,
        time=deployment.deployment_time,
        tenant=deployment.tenant_id,
    )
