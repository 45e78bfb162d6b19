"""Keywords of `CamundaLibrary.ProcessTest`: what a process did, doing its steps, how much of a model was run."""
