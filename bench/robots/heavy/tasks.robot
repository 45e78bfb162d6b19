*** Settings ***
Library    RPA.Browser.Selenium
Library    RPA.Excel.Files
Library    RPA.HTTP


*** Tasks ***
Work
    Log    Hello
