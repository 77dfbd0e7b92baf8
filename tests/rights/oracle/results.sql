-- The nearest missing post above each, else the nearest that is denied; then mentions; then what is left.
CREATE TABLE above AS
SELECT level.post_id, CASE WHEN known.post_id IS NULL THEN 0 ELSE 1 END AS present, depth, referred
FROM level LEFT JOIN known ON known.post_id = level.referred
WHERE depth > 0 AND coalesce(denied, TRUE);
CREATE TABLE chain AS
SELECT post_id, CASE WHEN nearest.present = 0 THEN verdict('parent_missing', 'chain/missing', nearest.referred)
    ELSE verdict('parent_protected', 'chain/protected', nearest.referred) END AS first
FROM (
    SELECT post_id, min({'present': present, 'depth': depth, 'referred': referred}) AS nearest FROM above GROUP BY post_id
);
CREATE TABLE mention AS
SELECT post_id, verdict('mention_protected', 'mentions', min(member)) AS first
FROM (SELECT post_id, unnest(mentions) AS member FROM post)
ANTI JOIN (SELECT subject FROM right_of WHERE first IS NULL) AS usable ON usable.subject = member
GROUP BY post_id;
CREATE TABLE expected AS
WITH decided AS (
    SELECT source, source_id, subject, string_split(coalesce(own.first, chain.first, mention.first), chr(30)) AS first
    FROM own
    LEFT JOIN chain ON source = 'posts' AND chain.post_id = source_id
    LEFT JOIN mention ON source = 'posts' AND mention.post_id = source_id
    WHERE source <> 'subjects'
    UNION ALL
    SELECT 'subjects', subject, subject, string_split(first, chr(30)) FROM right_of
)
SELECT source, source_id, subject AS subject_id,
    CASE WHEN first IS NULL THEN 'keep' ELSE 'drop' END AS decision,
    coalesce((SELECT name FROM precedence WHERE position = CAST(first[1] AS INTEGER)), 'eligible') AS reason,
    coalesce(first[2], (SELECT policy FROM setting)) AS rule,
    CASE WHEN contains(first[3], chr(31)) THEN 'signal:' || sha256(first[3])[:16] ELSE nullif(first[3], '') END
        AS evidence_id
FROM decided
