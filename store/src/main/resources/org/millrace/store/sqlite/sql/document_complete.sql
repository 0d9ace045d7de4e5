UPDATE document SET completions = completions + 1 WHERE seq = :seq
