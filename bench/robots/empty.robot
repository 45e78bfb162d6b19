*** Settings ***
Library    EmptyLibrary.py


*** Tasks ***
Say Hello
    Log    Hello!
