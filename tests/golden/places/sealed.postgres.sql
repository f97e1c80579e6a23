CREATE SCHEMA sealed;
CREATE TABLE sealed.bookmarks (
    id character varying NOT NULL,
    login character varying NOT NULL,
    stream character varying NOT NULL,
    at character varying NOT NULL,
    known bigint NOT NULL,
    made_at character varying NOT NULL,
    note bytea NOT NULL
);
CREATE TABLE sealed.drafts (
    id character varying NOT NULL,
    login character varying NOT NULL,
    command character varying NOT NULL,
    path character varying NOT NULL,
    saved_at character varying NOT NULL,
    texts bytea NOT NULL
);
CREATE TABLE sealed.files (
    digest character varying NOT NULL,
    kind character varying NOT NULL,
    size integer NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    kept_until character varying,
    content bytea NOT NULL,
    thumbnail bytea
);
CREATE TABLE sealed.senders (
    digest character varying NOT NULL,
    login character varying NOT NULL,
    at character varying NOT NULL
);
ALTER TABLE ONLY sealed.bookmarks
    ADD CONSTRAINT bookmarks_pkey PRIMARY KEY (id);
ALTER TABLE ONLY sealed.drafts
    ADD CONSTRAINT drafts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY sealed.files
    ADD CONSTRAINT files_pkey PRIMARY KEY (digest);
ALTER TABLE ONLY sealed.senders
    ADD CONSTRAINT senders_pkey PRIMARY KEY (digest, login);
CREATE INDEX bookmarks_of ON sealed.bookmarks USING btree (login, stream);
CREATE INDEX ix_drafts_login ON sealed.drafts USING btree (login);
CREATE INDEX ix_drafts_saved_at ON sealed.drafts USING btree (saved_at);
CREATE INDEX ix_files_kept_until ON sealed.files USING btree (kept_until);
CREATE INDEX ix_senders_at ON sealed.senders USING btree (at);
