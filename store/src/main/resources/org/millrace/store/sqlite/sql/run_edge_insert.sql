INSERT INTO run_edge (run, from_place, to_place, condition, leads)
VALUES (:run, :from, :to, :condition, :leads)
