"""The REST API of Camunda 7 and of its relatives (Operaton, CIB seven): one file per resource."""
