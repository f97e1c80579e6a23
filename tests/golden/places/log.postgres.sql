CREATE SCHEMA log;
CREATE FUNCTION log.refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'the log is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TABLE log.commands (
    command_id text NOT NULL,
    digest bytea NOT NULL,
    command text NOT NULL,
    stream text NOT NULL,
    first_position bigint NOT NULL,
    last_position bigint NOT NULL,
    breaches text NOT NULL
);
CREATE TABLE log.events (
    "position" bigint NOT NULL,
    node text NOT NULL,
    stream text NOT NULL,
    version bigint NOT NULL,
    topic text NOT NULL,
    payload text NOT NULL,
    sealed bytea,
    class_version integer NOT NULL,
    occurred_on text NOT NULL,
    occurred_at text,
    recorded_at bigint NOT NULL,
    command_id text NOT NULL,
    command text NOT NULL,
    actor text NOT NULL,
    post text NOT NULL,
    source text NOT NULL,
    reason text,
    corrects bigint,
    entry text,
    facility text,
    region text,
    leaf bytea NOT NULL,
    CONSTRAINT events_position_check CHECK (("position" > 0))
);
CREATE TABLE log.head (
    one integer NOT NULL,
    "position" bigint NOT NULL,
    recorded_at bigint NOT NULL,
    frontier bytea NOT NULL,
    CONSTRAINT head_one_check CHECK ((one = 1))
)
WITH (fillfactor='10');
CREATE TABLE log.heads (
    size bigint NOT NULL,
    root bytea NOT NULL,
    recorded_at bigint NOT NULL
);
CREATE TABLE log.mentions (
    stream text NOT NULL,
    "position" bigint NOT NULL
);
CREATE TABLE log.meta (
    key text NOT NULL,
    value text NOT NULL
);
INSERT INTO log.commands VALUES ('old-1', '\x78bc1e3bf4526f5183c00ca337f2d4f00a9be22dac75ebcc3d05d0f3c4ee883f', 'facility.register', 'bbbb0b4a-c787-5eaa-ac99-235bb12746f7', 1, 1, '[]');
INSERT INTO log.commands VALUES ('old-2', '\x1d87e27aa337eb5409054f204faf9c69c27bd5ffe0065b6cb15c07b1b57cd29b', 'person.register', '2778b8af-d7cc-88c1-a123-81c850a95c01', 2, 2, '[]');
INSERT INTO log.commands VALUES ('old-3', '\x8bc166eb04cd44f4b6a172e10a05f71988386d34dbe559db666e22efd51f5686', 'stay.admit', '5c89fccf-da6d-5618-bf3d-6e75781eaf6f', 3, 4, '[{"rule":"EC-04","wording":{"zh":"没有服务协议","en":"no service agreement","remedy_zh":"补签后更正入住记录，填写协议编号","remedy_en":"sign one, then correct the admission with its number"},"severity":"breach"},{"rule":"stay.no_contact","wording":{"zh":"没有紧急联系人","en":"no emergency contact","remedy_zh":"更正入住记录，填写联系人","remedy_en":"correct the admission with a contact"},"severity":"warn"}]');
INSERT INTO log.events VALUES (1, 'shouwang', 'bbbb0b4a-c787-5eaa-ac99-235bb12746f7', 1, 'facility.registered', '{"kind":"elderly_care_home","name":"旧版敬老院","site_no":"01","region":"540402","address":"八一镇","operator":"public","opened_on":"2020-05-01"}', NULL, 1, '2024-01-10', NULL, 1795432304032383, 'old-1', 'facility.register', 'operator', 'operator', 'form', NULL, NULL, NULL, 'bbbb0b4a-c787-5eaa-ac99-235bb12746f7', '540402', '\x52e7fee87a0ff0c591b5bdf8867185dc0ff65368949a8f7258882dcc67aa4441');
INSERT INTO log.events VALUES (2, 'shouwang', '2778b8af-d7cc-88c1-a123-81c850a95c01', 1, 'person.registered', '{"document_kind":"resident_identity_card","sex":"male","birth_year":1950,"pseudonym":"j63oyle7sqwi7rewhecsndltfu","synthetic":true}', '\x7b226e616d65223a7b227375626a656374223a2232373738623861662d643763632d383863312d613132332d383163383530613935633031222c226174223a5b22706572736f6e2e72656769737465726564222c2232373738623861662d643763632d383863312d613132332d383163383530613935633031222c312c226e616d65225d2c227365616c6564223a224f4332487541542b5452416b34503174337648706d3774794c542b6877376b66546458336b59414261344344436b325037346f4374773d3d227d2c22646f63756d656e745f6e756d626572223a7b227375626a656374223a2232373738623861662d643763632d383863312d613132332d383163383530613935633031222c226174223a5b22706572736f6e2e72656769737465726564222c2232373738623861662d643763632d383863312d613132332d383163383530613935633031222c312c22646f63756d656e745f6e756d626572225d2c227365616c6564223a226147324c5a7258707369456f7145665251653969646268546345392b4937573758445830584365455264546644596931414b5861396e5046686c317543413d3d227d2c2262697274685f64617465223a7b227375626a656374223a2232373738623861662d643763632d383863312d613132332d383163383530613935633031222c226174223a5b22706572736f6e2e72656769737465726564222c2232373738623861662d643763632d383863312d613132332d383163383530613935633031222c312c2262697274685f64617465225d2c227365616c6564223a2266574f47774632716a323170435730507357724f5168723036743171416f384171304945614e4d6f4c35674961346e6c31306f3d227d7d', 1, '2024-01-10', NULL, 1795432304479746, 'old-2', 'person.register', 'operator', 'operator', 'form', NULL, NULL, NULL, NULL, NULL, '\x807c9939596bd683115f326bb79fa9650099ece997d6a864a328766180bf083f');
INSERT INTO log.events VALUES (3, 'shouwang', '5c89fccf-da6d-5618-bf3d-6e75781eaf6f', 1, 'stay.admitted', '{"person":"2778b8af-d7cc-88c1-a123-81c850a95c01","facility":"bbbb0b4a-c787-5eaa-ac99-235bb12746f7","category":"destitute","scans":[],"region":"540402","kind":"elderly_care_home","member":"j63oyle7sqwi7rewhecsndltfu","sex":"male","birth_year":1950}', NULL, 1, '2024-03-01', NULL, 1795432304495401, 'old-3', 'stay.admit', 'operator', 'operator', 'form', NULL, NULL, NULL, 'bbbb0b4a-c787-5eaa-ac99-235bb12746f7', '540402', '\x1b4e9fe282af747f81c2b27b9af21697f3b26970b89a0686d7d50cab681ac97b');
INSERT INTO log.events VALUES (4, 'shouwang', '2778b8af-d7cc-88c1-a123-81c850a95c01', 2, 'person.stay_opened', '{"stay":"5c89fccf-da6d-5618-bf3d-6e75781eaf6f","at_facility":"bbbb0b4a-c787-5eaa-ac99-235bb12746f7"}', NULL, 1, '2024-03-01', NULL, 1795432304495401, 'old-3', 'stay.admit', 'operator', 'operator', 'form', NULL, NULL, NULL, NULL, NULL, '\xe170cff21055b47270a4a8d7d62b09afb590b40176fd653f818b065736cb7b67');
INSERT INTO log.head VALUES (1, 4, 1795432304495401, '\x344d7da0d6f2a352ef66cd78d159102b3b81b8902f83ecbabcedc3c33abc50ca');
INSERT INTO log.mentions VALUES ('2778b8af-d7cc-88c1-a123-81c850a95c01', 3);
INSERT INTO log.mentions VALUES ('5c89fccf-da6d-5618-bf3d-6e75781eaf6f', 4);
INSERT INTO log.mentions VALUES ('bbbb0b4a-c787-5eaa-ac99-235bb12746f7', 3);
INSERT INTO log.mentions VALUES ('bbbb0b4a-c787-5eaa-ac99-235bb12746f7', 4);
INSERT INTO log.meta VALUES ('format', '1');
INSERT INTO log.meta VALUES ('node', 'shouwang');
ALTER TABLE ONLY log.commands
    ADD CONSTRAINT commands_pkey PRIMARY KEY (command_id);
ALTER TABLE ONLY log.events
    ADD CONSTRAINT events_pkey PRIMARY KEY ("position");
ALTER TABLE ONLY log.events
    ADD CONSTRAINT events_stream_version_key UNIQUE (stream, version);
ALTER TABLE ONLY log.head
    ADD CONSTRAINT head_pkey PRIMARY KEY (one);
ALTER TABLE ONLY log.heads
    ADD CONSTRAINT heads_pkey PRIMARY KEY (size);
ALTER TABLE ONLY log.mentions
    ADD CONSTRAINT mentions_pkey PRIMARY KEY (stream, "position");
ALTER TABLE ONLY log.meta
    ADD CONSTRAINT meta_pkey PRIMARY KEY (key);
CREATE INDEX events_entry ON log.events USING btree (entry) WHERE (entry IS NOT NULL);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON log.commands FOR EACH STATEMENT EXECUTE FUNCTION log.refuse();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON log.events FOR EACH STATEMENT EXECUTE FUNCTION log.refuse();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON log.heads FOR EACH STATEMENT EXECUTE FUNCTION log.refuse();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON log.mentions FOR EACH STATEMENT EXECUTE FUNCTION log.refuse();
