SELECT * FROM delivery INDEXED BY delivery_given_up WHERE given_up = 1 ORDER BY id DESC LIMIT :most
