-- vacuum: what autovacuum would come for while something is measured.
VACUUM (FREEZE)
