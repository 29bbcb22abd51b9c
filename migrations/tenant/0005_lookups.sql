-- The owners and admins of a workspace are listed without reading all users: owners first, then by username.
CREATE INDEX managers ON users (role DESC, username) WHERE role <> 'member' AND disabled = 0;

-- The program gives each address that has no key yet its key when it applies this migration.
DROP INDEX users_without_email_key;
