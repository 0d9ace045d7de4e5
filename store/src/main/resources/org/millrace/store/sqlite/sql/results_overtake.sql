UPDATE result SET overtaken = 1 WHERE task = :task AND attempt < :attempt AND overtaken = 0
