DELETE FROM dead_letter WHERE sequence <= :last
