"""Keywords on deployments."""

from pathlib import Path

from robot.api.deco import keyword

from CamundaLibrary.keywords.connection import EngineGroup


class DeploymentKeywords(EngineGroup):
    """Brings models to the engine."""

    @keyword(tags=("Deployment",))
    def deploy(self, name: str, *files: Path) -> str:
        """Deploys models, forms and other files together.

        | =Arguments= | =Description= |
        | ``name``    | Name of the deployment. |
        | ``files``   | The files; each keeps its base name. |

        Returns the id of the deployment. Where all files are as in the last deployment of that name, nothing is
        deployed and its id is returned.

        Example:
        | `Deploy`    comics    ${CURDIR}/processes/comic-search.bpmn    ${CURDIR}/processes/review.html
        """
        return self.engine.deployments.create(name, files, if_changed=True).id
