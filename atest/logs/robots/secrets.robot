*** Settings ***
Documentation       Password hunter2&co in a document.
Metadata            Password    hunter2&co
Library             Pictures.py


*** Variables ***
${PASSWORD}     hunter2&co


*** Tasks ***
Log In With hunter2&co
    Log    ${PASSWORD}
    Log    ${{"Password hunter2&co, so long that Robot Framework compresses it. " * 20}}
    Log    {"password": "hunter2&co"}    level=WARN
    Show    <a href="hunter2%26co.csv">file</a>
    Write    hunter2&co.csv    user;hunter2&co
    Write    settings.xml    <password>hunter2&amp;co</password>
    Show    <a href="settings.xml">settings</a>
    Log    pin 12, number 4123, twelve 12x
    Fail    hunter2&co was refused
