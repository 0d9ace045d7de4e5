UPDATE probe SET filler = x'' WHERE one = 1
