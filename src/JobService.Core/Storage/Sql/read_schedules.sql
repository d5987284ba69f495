-- read_schedules: up to $3 schedules by name: the one of that name, or those behind it.
-- $1 name text (null: from the first) · $2 only boolean (that one alone) · $3 max_schedules int
-- index schedules_name_key · locks nothing · rows: schedules
(SELECT s.* FROM jobservice.schedules s WHERE $2 AND s.name = $1)
UNION ALL
(SELECT s.* FROM jobservice.schedules s WHERE NOT $2 AND s.name > coalesce($1::text, '') ORDER BY s.name LIMIT $3)
