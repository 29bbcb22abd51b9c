-- Names for people, when they last signed in, what was done and by whom, and how large the database was.

ALTER TABLE users ADD COLUMN display_name TEXT;
ALTER TABLE users ADD COLUMN last_sign_in_at INTEGER;
ALTER TABLE users ADD COLUMN search TEXT NOT NULL DEFAULT ''; -- all that one is called, in small letters, a line each

UPDATE users SET
    last_sign_in_at = (SELECT max(created_at) FROM sessions WHERE user_id = users.id),
    search = lower(username || char(10, 10) || coalesce(email, ''));

CREATE INDEX users_by_last_sign_in ON users (last_sign_in_at);

-- People stand here by the names that they had, and by nothing else: what was done stays readable when they are gone.
CREATE TABLE activity (
    id      INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    actor   TEXT, -- none is the operator
    action  TEXT NOT NULL,
    subject TEXT, -- none is the workspace itself
    detail  TEXT
) STRICT;

-- One row a day: the latest measure of that day.
CREATE TABLE sizes (
    day   INTEGER PRIMARY KEY, -- days since 1970
    at    INTEGER NOT NULL,
    bytes INTEGER NOT NULL
) STRICT;
