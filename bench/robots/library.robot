*** Settings ***
Library    CamundaLibrary


*** Tasks ***
Say Hello
    Log    Hello!
