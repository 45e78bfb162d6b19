"""The comic search from nothing to its logs: `python robots/demo`, in a minute. `--keep` leaves it up until Ctrl-C.

An engine, a comic site and a worker are started; robots search and download, another robot plays the reviewer.
Ends with 0 if every process instance ended as expected. With CAMUNDA_API_BASE_URL it plays on that engine.
"""

import argparse
import signal
import sys
from importlib.util import find_spec


def main() -> int:
    parser = argparse.ArgumentParser(description="The comic search from nothing to its logs.")
    parser.add_argument("--keep", action="store_true", help="leave engine, site and worker running until Ctrl-C")
    wants_to_stay = parser.parse_args().keep
    if not find_spec("CamundaLibrary"):
        sys.exit("Error: CamundaLibrary is not installed. Use 'make demo', or first: pip install -e .[worker]")
    sys.stdout.reconfigure(line_buffering=True)  # for its lines and those of the robots to come in order
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.default_int_handler)  # an end in order, as by Ctrl-C
    return perform(wants_to_stay)


def perform(wants_to_stay: bool) -> int:
    from play import play
    from stage import StageError

    from CamundaLibrary.errors import CamundaLibraryError

    try:
        return play(wants_to_stay)
    except (CamundaLibraryError, StageError) as error:
        sys.exit(f"Error: {error}")
    except KeyboardInterrupt:
        sys.exit("Stopped.")


if __name__ == "__main__":
    sys.exit(main())
