-- Signing in with an email address, and one-time passwords that expire.

-- The address in the one form in which all its spellings are equal; the program writes it. Of an address in ASCII that is the
-- address in small letters; any other gets its key when an address is next written.
ALTER TABLE users ADD COLUMN email_key TEXT;
ALTER TABLE users ADD COLUMN one_time_password_expires_at INTEGER; -- none where the password is one's own

UPDATE users SET email_key = lower(email) WHERE email IS NOT NULL AND email NOT GLOB '*[^ -~]*';
UPDATE users SET one_time_password_expires_at = unixepoch() * 1000 + 604800000 WHERE password_change_required = 1;

-- Names may no longer hold tag characters and others that nobody sees: such a user is called by the username.
UPDATE users SET display_name = NULL
    WHERE display_name GLOB '*[' || char(917504) || '-' || char(917631) || char(847) || char(6068) || char(6069) || char(10240)
        || char(65529) || '-' || char(65531) || char(119155) || '-' || char(119162) || ']*';

CREATE UNIQUE INDEX users_by_email_key ON users (email_key);
CREATE INDEX users_without_email_key ON users (id) WHERE email IS NOT NULL AND email_key IS NULL;
