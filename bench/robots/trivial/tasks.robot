*** Tasks ***
Work
    Log    Hello
