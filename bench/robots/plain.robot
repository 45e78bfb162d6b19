*** Tasks ***
Say Hello
    Log    Hello!
