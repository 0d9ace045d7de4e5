SELECT seq FROM run WHERE id = :id AND state = 'ARRIVING'
