SELECT k.task AS seq FROM tag k WHERE k.key = :key AND k.task > :after ORDER BY k.task LIMIT 1 OFFSET :rows
