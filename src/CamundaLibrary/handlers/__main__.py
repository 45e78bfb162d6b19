"""`python -m CamundaLibrary.handlers module:function`; with `--lifeline` in front where a worker starts it."""

import sys

if __name__ == "__main__":
    from CamundaLibrary.handlers.command import main

    if sys.argv[1:2] == ["--lifeline"]:  # by hand, standard input may be anything
        from CamundaLibrary.robot_process.lifeline import take_standard_input, watch

        del sys.argv[1]
        watch(take_standard_input())
    sys.exit(main())
