"""The services of the hotel: `python robots/hotel/services`, or `--only room` for one of them.

Prints the address of each, `Room service: http://localhost:5002`, then `Ready.`. Port 0 takes any free port. What they
are told is kept in SQLite files in the folder `--data`. With `--late 3` what was done is answered three seconds later:
time to see what becomes of it when the one who asked is gone. Ends with Ctrl-C or SIGTERM.
"""

import argparse
import logging
import signal
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import sleep

try:
    import booking
    import client
    import restaurant
    import room
    from flask import Response, request
    from werkzeug.serving import BaseWSGIServer, make_server
except ModuleNotFoundError as error:
    sys.exit(f"The services need Flask ({error}). Install it with: pip install -e .[demo]")

SERVICES = {"booking": booking, "room": room, "restaurant": restaurant, "client": client}


def main() -> None:
    options = read_options()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # robots' logs tell what they asked for
    ended = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: ended.set())
    with TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        folder = options.data or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        servers = [open_service(name, vars(options)[f"{name}_port"], folder, options.late) for name in options.only]
        print("Ready.", flush=True)
        while not ended.wait(1):  # Windows sees a signal only between waits
            pass
        for server in servers:
            server.shutdown()


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The services of the hotel.")
    parser.add_argument("--data", type=Path, help="folder to keep what they are told (default: nothing is kept)")
    parser.add_argument("--only", nargs="+", choices=SERVICES, default=list(SERVICES), help="start only these")
    parser.add_argument("--late", type=float, default=0, metavar="SECONDS", help="answer a POST so much later")
    for name, service in SERVICES.items():
        text = f"0 takes any free port (default: {service.PORT})"
        parser.add_argument(f"--{name}-port", type=int, default=service.PORT, metavar="PORT", help=text)
    return parser.parse_args()


def open_service(name: str, port: int, folder: Path, late: float) -> BaseWSGIServer:
    """Lets a service answer, in threads of its own, and tells its address."""
    app = SERVICES[name].create_service(folder / f"{name}.db").app
    if late:
        app.after_request(lambda answer: _wait(late, answer))
    try:
        server = make_server("localhost", port, app, threaded=True)
    except (OSError, SystemExit):  # the server says on stderr why, and asks to exit
        sys.exit(f"The {name} service cannot use port {port}.")
    Thread(target=server.serve_forever, name=name, daemon=True).start()
    print(f"{name.title()} service: http://localhost:{server.server_port}", flush=True)
    return server


def _wait(seconds: float, answer: Response) -> Response:
    if request.method == "POST":
        sleep(seconds)
    return answer


if __name__ == "__main__":
    main()
