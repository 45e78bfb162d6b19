"""Keywords on how much of the models was run."""

from collections import defaultdict
from pathlib import Path

from robot.api import logger
from robot.api.deco import keyword
from robot.libraries.BuiltIn import BuiltIn

from CamundaLibrary.coverage import ModelCoverage, cover, render
from CamundaLibrary.errors import ConditionNotMet
from CamundaLibrary.keywords.choices import listed
from CamundaLibrary.keywords.process_test.subjects import Subjects

_FRAME = '<iframe src="{0}" title="Process coverage" style="width: 100%; height: 520px; border: 0"></iframe>'
_LINK = '<a href="{0}">{0}</a>'


class CoverageKeywords:
    """Counts the instances that keywords of this library were asked about, and those they called."""

    def __init__(self, subjects: Subjects) -> None:
        self._subjects = subjects

    @keyword(tags=("Coverage",))
    def log_process_coverage(self, *processes: str, file: str = "process-coverage.html") -> str:
        """Shows in the log how much of each model was run through.

        | =Arguments=   | =Description= |
        | ``processes`` | Ids of processes; without any all that were tested. |
        | ``file``      | Name of the page, in the output folder. |

        Counted are activities, events, gateways and sequence flows that were passed by the instances that keywords of
        this library were asked about, and by those they called. Sequence flows follow from the order of what was
        passed: the engine does not record them. The page shows the diagrams with what was passed in green.
        Returns the path of the page. To be called before the deployment is deleted together with its history.

        Example:
        | Suite Teardown    `Log Process Coverage`
        """
        coverages = self._coverages(processes)
        path = Path(BuiltIn().get_variable_value("${OUTPUT DIR}"), Path(file).name)
        path.write_text(render(coverages), "utf-8")
        logger.info("\n".join(each.text() for each in coverages))
        logger.info(_LINK.format(path.name) + _FRAME.format(path.name), html=True)
        return str(path)

    @keyword(tags=("Coverage",))
    def process_coverage_should_be_at_least(self, percent: float, *processes: str) -> None:
        """Fails if less of a model was run through.

        | =Arguments=   | =Description= |
        | ``percent``   | Share of flow nodes and sequence flows, 0 to 100. |
        | ``processes`` | Ids of processes; without any all that were tested. |

        Example:
        | `Process Coverage Should Be At Least`    80    order-process
        """
        coverages = self._coverages(processes)
        low = [each for each in coverages if each.percent < percent]
        if low:
            told = "\n".join(each.text() for each in low)
            raise ConditionNotMet(f"The coverage is below {percent:g} %:\n{told}")

    def _coverages(self, processes: tuple[str, ...]) -> list[ModelCoverage]:
        subjects = self._subjects
        instances = defaultdict(list)
        for instance in self._with_called():
            instances[subjects.instance(instance).process_definition_id].append(subjects.passages(instance))
        definitions = [subjects.definition(each) for each in instances]
        self._check(processes, [each.key for each in definitions])
        return [
            cover(each.key, each.version, subjects.xml(each.id), instances[each.id])
            for each in sorted(definitions, key=lambda each: (each.key, each.version))
            if not processes or each.key in processes
        ]

    def _check(self, processes: tuple[str, ...], tested: list[str]) -> None:
        if not tested:
            raise ConditionNotMet("No process was tested: no keyword of this library was asked about an instance yet.")
        unknown = [each for each in processes if each not in tested]
        if unknown:
            raise ConditionNotMet(f"No instance of {listed(unknown)} was tested, only of {listed(sorted({*tested}))}.")

    def _with_called(self) -> list[str]:
        found = dict.fromkeys(self._subjects.instances)
        waiting = list(found)
        while waiting:
            passages = self._subjects.passages(waiting.pop())
            called = [each.called_process_instance_id for each in passages if each.called_process_instance_id]
            new = [each for each in called if each not in found]
            found.update(dict.fromkeys(new))
            waiting += new
        return list(found)
