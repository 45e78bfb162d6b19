"""`python -m CamundaLibrary.handlers`."""

import sys

from CamundaLibrary.handlers.command import main

sys.exit(main())
