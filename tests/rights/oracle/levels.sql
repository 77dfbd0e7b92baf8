-- The posts one step further up, each once for a post.
CREATE OR REPLACE TABLE step AS
SELECT DISTINCT level.post_id, reference.referred, level.depth + 1 AS depth
FROM level JOIN reference ON reference.post_id = level.referred
ANTI JOIN level AS seen ON seen.post_id = level.post_id AND seen.referred = reference.referred
WHERE level.depth = ?
