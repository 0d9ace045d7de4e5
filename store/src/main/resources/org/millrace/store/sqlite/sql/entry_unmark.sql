UPDATE document_task SET marked = 0
 WHERE task = (SELECT seq FROM task WHERE id = :task) AND marked = 1 AND marks = :mark
