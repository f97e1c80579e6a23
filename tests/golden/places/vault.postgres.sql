CREATE SCHEMA vault;
CREATE TABLE vault.api_tokens (
    digest bytea NOT NULL,
    id character varying NOT NULL,
    login character varying NOT NULL,
    name character varying NOT NULL,
    made_at character varying NOT NULL,
    used_at character varying,
    ends_at character varying NOT NULL
);
CREATE TABLE vault.attempts (
    id character varying NOT NULL,
    subject character varying NOT NULL,
    at character varying NOT NULL
);
CREATE TABLE vault.keys (
    subject character varying NOT NULL,
    key bytea,
    destroyed_at character varying
);
CREATE TABLE vault.passwords (
    login character varying NOT NULL,
    hash character varying NOT NULL,
    changed_at character varying NOT NULL
);
CREATE TABLE vault.read_persons (
    person character varying NOT NULL,
    read bigint NOT NULL
);
CREATE TABLE vault.reads (
    id bigint NOT NULL,
    at character varying NOT NULL,
    login character varying NOT NULL,
    post character varying NOT NULL,
    region character varying,
    facility character varying,
    purpose character varying NOT NULL,
    path character varying NOT NULL,
    thing character varying,
    origin character varying NOT NULL,
    request character varying NOT NULL,
    reason character varying,
    persons integer NOT NULL,
    first character varying NOT NULL
);
CREATE SEQUENCE vault.reads_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE vault.reads_id_seq OWNED BY vault.reads.id;
CREATE TABLE vault.secrets (
    name character varying NOT NULL,
    key bytea NOT NULL
);
CREATE TABLE vault.sessions (
    digest bytea NOT NULL,
    login character varying NOT NULL,
    opened_at character varying NOT NULL,
    seen_at character varying NOT NULL
);
CREATE TABLE vault.steps (
    name character varying NOT NULL,
    done_at character varying
);
CREATE TABLE vault.tokens (
    token bytea NOT NULL,
    person character varying NOT NULL
);
ALTER TABLE ONLY vault.reads ALTER COLUMN id SET DEFAULT nextval('vault.reads_id_seq'::regclass);
INSERT INTO vault.keys VALUES ('2778b8af-d7cc-88c1-a123-81c850a95c01', '\x1cd0cf37b755826298832b6c77dd3ff9750c6ddf197797f0900f1c65db2d7059', NULL);
INSERT INTO vault.passwords VALUES ('old.manager', '$argon2id$v=19$m=19456,t=2,p=1$i1d6aNPwK7AofMeYos7a6w$c0WGlwAOmXu7QXCzWpUcsd6db8eGVEN0+Bvw8jDAFN0', '2026-11-23T11:11:44.866992+00:00');
INSERT INTO vault.secrets VALUES ('node', '\x2de03669ec8987bb606bee071b9c667d5ae26018ce0444baebbe057447b27d1f');
INSERT INTO vault.secrets VALUES ('member', '\x839e669ec54d54a372904274c42c0fbc40721edaf5daa5f000b44f6bdeed2702');
INSERT INTO vault.secrets VALUES ('digest', '\x391190f18be679b5495102fe47d88ecbba03f3474e52cde478233159095ff403');
INSERT INTO vault.secrets VALUES ('search', '\x9f88bf27f536ff16e965591f78996204175f829cf099c8cfde590af3fc64bfc8');
INSERT INTO vault.steps VALUES ('initials', NULL);
INSERT INTO vault.tokens VALUES ('\x0956dc838b71b74493a42903f5e9553b', '2778b8af-d7cc-88c1-a123-81c850a95c01');
INSERT INTO vault.tokens VALUES ('\x406272f915f8c0276290e77560d6fe4d', '2778b8af-d7cc-88c1-a123-81c850a95c01');
INSERT INTO vault.tokens VALUES ('\x5ddfe6c49a4263d3b9b946da16cb9187', '2778b8af-d7cc-88c1-a123-81c850a95c01');
INSERT INTO vault.tokens VALUES ('\x6129102d2781455058adfca88fd7246a', '2778b8af-d7cc-88c1-a123-81c850a95c01');
INSERT INTO vault.tokens VALUES ('\x694952d2d356c3e8e1c8443c59860613', '2778b8af-d7cc-88c1-a123-81c850a95c01');
INSERT INTO vault.tokens VALUES ('\x6cefde6c9617657c67b5b2888810dcf1', '2778b8af-d7cc-88c1-a123-81c850a95c01');
INSERT INTO vault.tokens VALUES ('\x7ac88194f562fa9dadad263189e4f60e', '2778b8af-d7cc-88c1-a123-81c850a95c01');
INSERT INTO vault.tokens VALUES ('\x8da02304a6517ee7db58b7d615f2c0a0', '2778b8af-d7cc-88c1-a123-81c850a95c01');
INSERT INTO vault.tokens VALUES ('\x8fbeb072c3d121c2ec7474b6631287a7', '2778b8af-d7cc-88c1-a123-81c850a95c01');
INSERT INTO vault.tokens VALUES ('\x90cdf57622dd7ad04187e53d085085d1', '2778b8af-d7cc-88c1-a123-81c850a95c01');
INSERT INTO vault.tokens VALUES ('\x999ce6ffee58fd65c16d48ee2759d34d', '2778b8af-d7cc-88c1-a123-81c850a95c01');
INSERT INTO vault.tokens VALUES ('\x9a4b3c60d59006d42ca945a3548ee300', '2778b8af-d7cc-88c1-a123-81c850a95c01');
INSERT INTO vault.tokens VALUES ('\xb321146cc4c62a805bec54a05a77ac75', '2778b8af-d7cc-88c1-a123-81c850a95c01');
INSERT INTO vault.tokens VALUES ('\xcf47c07f66ea2bbfd0b149a5c6e7d9ba', '2778b8af-d7cc-88c1-a123-81c850a95c01');
INSERT INTO vault.tokens VALUES ('\xd6aeaac5f9034d9a80dfa16ae147c1b8', '2778b8af-d7cc-88c1-a123-81c850a95c01');
INSERT INTO vault.tokens VALUES ('\xd8d515f025d89ab9d4f93d183955327a', '2778b8af-d7cc-88c1-a123-81c850a95c01');
INSERT INTO vault.tokens VALUES ('\xde8ea4d57113859571e798cd1affdc2d', '2778b8af-d7cc-88c1-a123-81c850a95c01');
INSERT INTO vault.tokens VALUES ('\xe53c86912c6cf2caf81a686045f09035', '2778b8af-d7cc-88c1-a123-81c850a95c01');
SELECT pg_catalog.setval('vault.reads_id_seq', 1, false);
ALTER TABLE ONLY vault.api_tokens
    ADD CONSTRAINT api_tokens_id_key UNIQUE (id);
ALTER TABLE ONLY vault.api_tokens
    ADD CONSTRAINT api_tokens_login_name_key UNIQUE (login, name);
ALTER TABLE ONLY vault.api_tokens
    ADD CONSTRAINT api_tokens_pkey PRIMARY KEY (digest);
ALTER TABLE ONLY vault.attempts
    ADD CONSTRAINT attempts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY vault.keys
    ADD CONSTRAINT keys_pkey PRIMARY KEY (subject);
ALTER TABLE ONLY vault.passwords
    ADD CONSTRAINT passwords_pkey PRIMARY KEY (login);
ALTER TABLE ONLY vault.read_persons
    ADD CONSTRAINT read_persons_pkey PRIMARY KEY (person, read);
ALTER TABLE ONLY vault.reads
    ADD CONSTRAINT reads_pkey PRIMARY KEY (id);
ALTER TABLE ONLY vault.secrets
    ADD CONSTRAINT secrets_pkey PRIMARY KEY (name);
ALTER TABLE ONLY vault.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (digest);
ALTER TABLE ONLY vault.steps
    ADD CONSTRAINT steps_pkey PRIMARY KEY (name);
ALTER TABLE ONLY vault.tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (token, person);
CREATE INDEX ix_api_tokens_ends_at ON vault.api_tokens USING btree (ends_at);
CREATE INDEX ix_attempts_at ON vault.attempts USING btree (at);
CREATE INDEX ix_attempts_subject ON vault.attempts USING btree (subject);
CREATE INDEX ix_read_persons_read ON vault.read_persons USING btree (read);
CREATE INDEX ix_reads_at ON vault.reads USING btree (at);
CREATE INDEX ix_reads_region ON vault.reads USING btree (region);
CREATE INDEX ix_sessions_login ON vault.sessions USING btree (login);
CREATE INDEX ix_sessions_seen_at ON vault.sessions USING btree (seen_at);
CREATE INDEX keys_destroyed ON vault.keys USING btree (destroyed_at) WHERE (destroyed_at IS NOT NULL);
CREATE INDEX reads_login ON vault.reads USING btree (login, id);
CREATE INDEX reads_thing ON vault.reads USING btree (thing, id);
