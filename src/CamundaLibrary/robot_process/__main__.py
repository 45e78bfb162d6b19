"""`python -m CamundaLibrary.robot_process …` is `python -m robot …`, but for what a worker adds."""

import gc

if __name__ == "__main__":
    gc.disable()  # nothing that importing Robot Framework makes is garbage
    from CamundaLibrary.robot_process.lifeline import take_standard_input, watch
    from CamundaLibrary.robot_process.robot_main import run_robot

    gc.freeze()
    gc.enable()
    watch(take_standard_input())
    run_robot()
