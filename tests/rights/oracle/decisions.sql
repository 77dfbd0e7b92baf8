-- The rules of docs/rights.md in SQL, for tests; it shares no code with the program. Tables `post`, `profile`, `ledger`
-- and `signal` hold the inputs (times in microseconds), `setting` one row of choices, and `allowed`, `denied`, `usage`,
-- `purpose`, `honored`, `exempt`, `dated`, `reading`, `context`, `school`, `withdrawn` and `precedence` the policy, the
-- regions and what the values of this network mean, as oracle.py reads them from the shipped files.

CREATE MACRO birthday(born, years) AS
    CAST(born + to_years(years) AS DATE)
    + CASE WHEN month(born) = 2 AND day(born) = 29 AND day(born + to_years(years)) = 28 THEN 1 ELSE 0 END;
CREATE MACRO covers(since, until, instant) AS (since IS NULL OR since <= instant) AND (until IS NULL OR instant < until);
CREATE MACRO word(text) AS regexp_replace(lower(trim(text)), '[\s-]+', '_', 'g');
CREATE MACRO verdict(reason, rule, evidence) AS
    (SELECT printf('%02d', position) FROM precedence WHERE name = reason) || chr(30) || rule || chr(30)
    || coalesce(evidence, '');

-- Every record, and every member as of the build for each kind.
CREATE TABLE record AS
SELECT row_number() OVER () AS record, * FROM (
    SELECT 'posts' AS source, post_id AS source_id, author_id AS subject, kind, created FROM post
    UNION ALL
    SELECT 'profiles', user_id, user_id, 'profile', coalesce(updated, (SELECT as_of FROM setting)) FROM profile
    UNION ALL
    SELECT 'subjects', user_id, user_id, allowed.kind, (SELECT as_of FROM setting) FROM profile, allowed
);

-- What the record alone denies, in this order.
CREATE TABLE alone AS
SELECT record, CASE
    WHEN record.created IS NULL OR record.created > as_of THEN verdict('created_after_as_of', 'as_of', NULL)
    WHEN record.kind IN (SELECT kind FROM denied) THEN verdict('kind_denied', 'categories_denied', NULL)
    WHEN record.kind IS NULL OR record.kind NOT IN (SELECT kind FROM allowed)
        THEN verdict('kind_unknown', 'categories_allowed', NULL)
    WHEN post.context IN (SELECT context FROM context) THEN verdict('context_excluded', 'excluded_contexts', NULL)
    WHEN source <> 'subjects' AND record.created < earliest
        THEN verdict('before_earliest_content', 'earliest_content_date/default', NULL)
END AS first
FROM record CROSS JOIN setting LEFT JOIN post ON source = 'posts' AND post_id = source_id;

-- The ledger: what counts by now, what of it can be read, and without the permissions that were revoked.
CREATE TABLE counted AS
SELECT *, coalesce(action IN (SELECT unnest(actions) FROM setting) AND NOT skewed, FALSE) AS readable
FROM (
    SELECT *, happened > received + (SELECT skew FROM setting) AS skewed FROM (
        -- Before 1990 no time was known: what protects must not count as older than what permits.
        SELECT * REPLACE (
            CASE WHEN action IN ('opt_in', 'reopen', 'gpc_off') OR happened >= epoch_us(TIMESTAMP '1990-01-01')
                THEN happened END AS happened
        ) FROM ledger
    )
)
WHERE coalesce(CASE WHEN skewed THEN received ELSE happened END <= (SELECT as_of FROM setting), TRUE);
CREATE TABLE event AS
SELECT * FROM counted
WHERE readable AND NOT (
    action IN ('opt_in', 'reopen', 'gpc_off')
    AND event_id IN (SELECT supersedes FROM counted WHERE readable AND supersedes IS NOT NULL)
);

-- Consent, for each use and each kind that may be kept.
CREATE TABLE consent AS
SELECT subject, action, happened, event_id, usage.recipient, allowed.kind,
    action NOT IN ('opt_in', 'gpc_off') AS protects
FROM event, usage, allowed
WHERE action IN ('opt_out', 'opt_in', 'object', 'withdraw', 'gpc_on', 'gpc_off')
AND (
    event.purpose IS NULL OR word(event.purpose) = usage.purpose
    OR (protects AND word(event.purpose) NOT IN (SELECT name FROM purpose))
) AND (
    recipients IS NULL OR (protects AND len(recipients) = 0) OR list_contains([word(each) FOR each IN recipients], usage.recipient)
    OR (protects AND NOT list_has_all(['self', 'affiliate', 'third_party'], [word(each) FOR each IN recipients]))
) AND (
    categories IS NULL OR (protects AND len(categories) = 0) OR list_contains([word(each) FOR each IN categories], allowed.kind)
    OR (protects AND NOT list_has_all((SELECT kinds FROM setting), [word(each) FOR each IN categories]))
);
CREATE TABLE lifted AS
SELECT subject, recipient, kind,
    max(happened) FILTER (action = 'opt_in') AS opted_in, max(happened) FILTER (action = 'gpc_off') AS gpc_off
FROM consent GROUP BY ALL;
CREATE TABLE unconsented AS
WITH paired AS (
    SELECT consent.*, CASE WHEN action = 'gpc_on' THEN gpc_off ELSE opted_in END AS lifted,
        CASE action WHEN 'opt_out' THEN 'opted_out' WHEN 'withdraw' THEN 'consent_withdrawn' ELSE 'gpc' END AS reason
    FROM consent JOIN lifted USING (subject, recipient, kind)
    WHERE action IN ('opt_out', 'withdraw') OR (action = 'gpc_on' AND recipient IN (SELECT recipient FROM honored))
)
SELECT subject, kind, verdict('objected', 'ledger/object', event_id) AS first FROM consent WHERE action = 'object'
UNION ALL
SELECT subject, kind, CASE
    WHEN happened = lifted THEN verdict('ledger_unreadable', 'ledger/tie', event_id)
    ELSE verdict(reason, 'ledger/' || action, event_id) END
FROM paired WHERE lifted IS NULL OR happened >= lifted;

-- The account.
CREATE TABLE reopened AS SELECT subject, max(happened) AS last FROM event WHERE action = 'reopen' GROUP BY subject;
CREATE TABLE erasure AS
SELECT erase.subject, erase.event_id, min(reopen.happened) AS reopened
FROM event AS erase
LEFT JOIN event AS reopen ON reopen.subject = erase.subject AND reopen.action = 'reopen' AND reopen.happened > erase.happened
WHERE erase.action = 'erase' GROUP BY ALL;
CREATE TABLE account AS
SELECT subject, verdict('ledger_unreadable', 'ledger/corrupt', event_id) AS first FROM counted WHERE NOT readable
UNION ALL
SELECT subject, verdict('deceased', 'ledger/deceased', event_id) FROM event WHERE action = 'deceased'
UNION ALL
SELECT subject, CASE
    WHEN happened = last THEN verdict('ledger_unreadable', 'ledger/tie', event_id)
    WHEN action = 'close' THEN verdict('account_closed', 'ledger/close', event_id)
    ELSE verdict('account_hibernated', 'ledger/hibernate', event_id) END
FROM event LEFT JOIN reopened USING (subject)
WHERE action IN ('close', 'hibernate') AND (last IS NULL OR happened >= last)
UNION ALL
SELECT user_id, CASE account_status
    WHEN 'closed' THEN verdict('account_closed', 'account_status', 'account_status')
    WHEN 'hibernated' THEN verdict('account_hibernated', 'account_status', 'account_status')
    WHEN 'memorialised' THEN verdict('deceased', 'account_status', 'account_status')
    ELSE verdict('account_status_unknown', 'account_status', 'account_status') END
FROM profile WHERE account_status IS DISTINCT FROM 'active'
UNION ALL
SELECT user_id, verdict('age_unknown', 'min_age', 'birth_date') FROM profile, setting
WHERE birth_date IS NULL OR year(birth_date) < 1800 OR birthday(birth_date, oldest + 1) <= today
UNION ALL
SELECT user_id, verdict('age_unknown', 'ledger/age_update', event_id)
FROM profile JOIN event ON subject = user_id
WHERE action = 'age_update' AND (updated IS NULL OR updated < happened);

-- Regions. Every rule is in force at the build, which is one of the instants, so what is protected is the same for all.
CREATE TABLE judged_signal AS
SELECT subject, signal.signal, since, until, value, key,
    coalesce(until <= 0 OR since >= until, FALSE) AS inverted,
    list_distinct(list(reading.code) FILTER (reading.code IS NOT NULL)) AS readings,
    list_distinct(list(reading.code) FILTER (reading.code IN (SELECT code FROM exempt))) AS protected,
    min(exempt.rule) AS rule
FROM (
    SELECT *, concat_ws(chr(31), subject, signal, coalesce(value, ''), coalesce(CAST(since AS VARCHAR), ''),
        coalesce(CAST(until AS VARCHAR), ''), coalesce(CAST(observed AS VARCHAR), '')) AS key
    FROM signal
) AS signal
LEFT JOIN reading USING (value)
LEFT JOIN exempt ON exempt.code = reading.code
GROUP BY ALL;
CREATE TABLE located AS
SELECT DISTINCT subject FROM signal, setting
WHERE signal.signal IN ('profile', 'signup', 'residence', 'billing') AND covers(since, until, as_of);

-- What the rights of the author deny.
CREATE TABLE candidate AS
SELECT record, verdict('subject_unknown', 'profile_required', NULL) AS first
FROM record ANTI JOIN profile ON user_id = subject
UNION ALL
SELECT record, first FROM record JOIN account USING (subject)
UNION ALL
SELECT record, verdict('erased', 'ledger/erase', event_id)
FROM record JOIN erasure USING (subject) LEFT JOIN profile ON user_id = subject
WHERE reopened IS NULL OR created < reopened OR (kind = 'profile' AND user_id IS NOT NULL AND updated IS NULL)
UNION ALL
SELECT record, first FROM record JOIN unconsented USING (subject, kind)
UNION ALL
SELECT record, verdict('under_age', 'min_age', 'birth_date')
FROM record JOIN profile ON user_id = subject, setting
WHERE year(birth_date) >= 1800 AND birthday(birth_date, oldest + 1) > today
AND CAST(make_timestamp(created) AS DATE) < birthday(birth_date, min_age)
UNION ALL
SELECT record, verdict('under_age', 'school_words', 'school')
FROM record JOIN (SELECT user_id, unnest(education) AS entry FROM profile) ON user_id = subject
WHERE entry.school IN (SELECT school FROM school)
AND (entry."end" IS NULL OR CAST(make_timestamp(created) AS DATE) <= entry."end")
UNION ALL
SELECT record, CASE
    WHEN len(readings) = 0 OR readings IS NULL THEN verdict('region_ambiguous', 'region_signals/unreadable', key)
    WHEN len(readings) = len(protected) THEN verdict('region_exempt', rule, key)
    ELSE verdict('region_ambiguous', 'region_signals/ambiguous', key) END
FROM record JOIN judged_signal USING (subject), setting
WHERE (inverted OR covers(since, until, created) OR covers(since, until, as_of))
AND (coalesce(len(readings), 0) = 0 OR coalesce(len(protected), 0) > 0)
UNION ALL
SELECT record, verdict('before_earliest_content', 'earliest_content_date/' || dated.name, key)
FROM record JOIN judged_signal USING (subject) JOIN dated ON list_contains(readings, dated.code), setting
WHERE source <> 'subjects' AND created < dated.earliest
AND (inverted OR covers(since, until, created) OR covers(since, until, as_of))
UNION ALL
SELECT record, verdict('region_unknown', 'region_signals/coverage_at_' || unnest(['collection', 'build']), NULL)
FROM record ANTI JOIN located USING (subject)
UNION ALL
SELECT record, verdict('region_unknown', 'region_signals/coverage_at_creation', NULL)
FROM record ANTI JOIN signal ON signal.subject = record.subject
    AND signal.signal IN ('profile', 'signup', 'residence', 'billing') AND covers(since, until, created);
CREATE TABLE author AS SELECT record, min(first) AS first FROM candidate GROUP BY record;

CREATE TABLE own AS
SELECT record, source, source_id, subject,
    coalesce(alone.first, author.first, CASE WHEN withdrawn.source IS NOT NULL
        THEN verdict('tombstoned', 'takedown', NULL) END) AS first
FROM record JOIN alone USING (record) LEFT JOIN author USING (record) LEFT JOIN withdrawn USING (source, source_id);
CREATE TABLE right_of AS SELECT subject, min(first) AS first FROM own WHERE source = 'subjects' GROUP BY subject;

-- What a post refers to; the levels above each undecided post are added by oracle.py.
CREATE TABLE reference AS
SELECT DISTINCT post_id, unnest([in_reply_to, repost_of, quote_of]) AS referred FROM post;
DELETE FROM reference WHERE referred IS NULL;
CREATE TABLE known AS SELECT source_id AS post_id, first IS NOT NULL AS denied FROM own WHERE source = 'posts';
CREATE TABLE level AS
SELECT source_id AS post_id, source_id AS referred, 0 AS depth FROM own WHERE source = 'posts' AND first IS NULL;
