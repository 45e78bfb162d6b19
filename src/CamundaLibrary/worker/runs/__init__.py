"""One task from the lock that the fetch took to the end of its report, whatever happens to the worker meanwhile."""
