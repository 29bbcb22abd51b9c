-- Members are found by any three letters in a row of what they are called. `users.search` is that text, folded by
-- `src/backend/search.rs`: it has no capitals, and its Latin and Greek letters have no accents.

-- The index knows a user by a number; their id is a text.
ALTER TABLE users ADD COLUMN number INTEGER;

UPDATE users SET number = counted.number
FROM (SELECT id, row_number() OVER (ORDER BY id) AS number FROM users) AS counted
WHERE counted.id = users.id;

CREATE UNIQUE INDEX users_by_number ON users (number);

-- The text itself stays in `users`. `detail = none`: a search asks for all its trigrams and then looks at the text, since a
-- phrase of a hundred equal trigrams takes as long as there are places for it.
CREATE VIRTUAL TABLE user_search USING fts5 (
    search, content = 'users', content_rowid = 'number', detail = none, tokenize = 'trigram case_sensitive 1'
);

INSERT INTO user_search (rowid, search) SELECT number, search FROM users;

CREATE TRIGGER user_added AFTER INSERT ON users BEGIN
    UPDATE users SET number = (SELECT coalesce(max(number), 0) + 1 FROM users) WHERE id = new.id;
    INSERT INTO user_search (rowid, search) SELECT number, search FROM users WHERE id = new.id;
END;

CREATE TRIGGER user_renamed AFTER UPDATE OF search ON users WHEN old.search <> new.search BEGIN
    INSERT INTO user_search (user_search, rowid, search) VALUES ('delete', old.number, old.search);
    INSERT INTO user_search (rowid, search) VALUES (new.number, new.search);
END;

CREATE TRIGGER user_removed AFTER DELETE ON users BEGIN
    INSERT INTO user_search (user_search, rowid, search) VALUES ('delete', old.number, old.search);
END;

-- Who may manage the workspace is found without reading everyone.
CREATE INDEX owners ON users (created_at, id) WHERE role = 'owner' AND disabled = 0;
