SELECT k.task AS seq FROM tag k INDEXED BY tag_value
 WHERE k.key = :key AND k.value = :value AND k.task > :after ORDER BY k.task LIMIT 1 OFFSET :rows
