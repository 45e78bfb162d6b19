"""Which engine the tests of this run are about: `ENGINE=operaton`, or Camunda 7."""

import os

from CamundaLibrary.development_engine import find_family

FAMILY = find_family(os.environ.get("ENGINE", ""))
