module etalon

go 1.26
