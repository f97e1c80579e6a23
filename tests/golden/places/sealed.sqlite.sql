BEGIN TRANSACTION;
CREATE TABLE bookmarks (
	id VARCHAR NOT NULL, 
	login VARCHAR NOT NULL, 
	stream VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	known BIGINT NOT NULL, 
	made_at VARCHAR NOT NULL, 
	note BLOB NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE drafts (
	id VARCHAR NOT NULL, 
	login VARCHAR NOT NULL, 
	command VARCHAR NOT NULL, 
	path VARCHAR NOT NULL, 
	saved_at VARCHAR NOT NULL, 
	texts BLOB NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE files (
	digest VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	size INTEGER NOT NULL, 
	width INTEGER NOT NULL, 
	height INTEGER NOT NULL, 
	kept_until VARCHAR, 
	content BLOB NOT NULL, 
	thumbnail BLOB, 
	PRIMARY KEY (digest)
);
CREATE TABLE senders (
	digest VARCHAR NOT NULL, 
	login VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	PRIMARY KEY (digest, login)
);
CREATE INDEX ix_files_kept_until ON files (kept_until);
CREATE INDEX ix_senders_at ON senders (at);
CREATE INDEX ix_drafts_login ON drafts (login);
CREATE INDEX ix_drafts_saved_at ON drafts (saved_at);
CREATE INDEX bookmarks_of ON bookmarks (login, stream);
COMMIT;
