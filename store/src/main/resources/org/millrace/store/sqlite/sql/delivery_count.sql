SELECT count(*) AS deliveries FROM (SELECT 1 FROM delivery INDEXED BY delivery_given_up
                             WHERE given_up = 1 LIMIT :most)
