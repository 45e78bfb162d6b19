"""The hotel reservation from nothing to its end: `python robots/demo_hotel`, in two minutes.

An engine, four services and workers are started; services go away, workers are killed, and every room is booked once.
Ends with 0 if every reservation ended as expected. With CAMUNDA_API_BASE_URL it plays on that engine; `--keep` leaves
engine, services and a worker up until Ctrl-C.
"""

import argparse
import signal
import sys
from importlib.util import find_spec
from pathlib import Path

ROBOTS = Path(__file__).parents[1]
for folder in ("demo", "hotel"):  # the stage of the other demo, and the client of the hotel
    sys.path.append(str(ROBOTS / folder))


def main() -> int:
    parser = argparse.ArgumentParser(description="The hotel reservation from nothing to its end.")
    parser.add_argument("--keep", action="store_true", help="leave all running until Ctrl-C")
    parser.add_argument("--crowd", type=int, default=200, help="reservations that three workers share (default: 200)")
    options = parser.parse_args()
    for package, extra in (("CamundaLibrary", "worker,demo"), ("flask", "worker,demo")):
        if not find_spec(package):
            sys.exit(f"Error: {package} is not installed. Use 'make demo-hotel', or first: pip install -e .[{extra}]")
    sys.stdout.reconfigure(line_buffering=True)  # for its lines and those of the robots to come in order
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.default_int_handler)  # an end in order, as by Ctrl-C
    return perform(options.crowd, options.keep)


def perform(crowd: int, wants_to_stay: bool) -> int:
    from hotel_play import play
    from hotel_stage import StageError as HotelError
    from stage import StageError

    from CamundaLibrary.errors import CamundaLibraryError

    try:
        return play(crowd, wants_to_stay)
    except (CamundaLibraryError, HotelError, StageError) as error:
        sys.exit(f"Error: {error}")
    except KeyboardInterrupt:
        sys.exit("Stopped.")


if __name__ == "__main__":
    sys.exit(main())
