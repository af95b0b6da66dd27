-- Who did what to whom: ids only, and the network instead of the address, so that nothing ever has to be rewritten.
--
-- The log is only ever added to. Rights say so: it belongs to a role that nobody logs in as, and the platform may
-- INSERT and SELECT. A trigger says so too, to whoever has the rights all the same. What neither can stop (a superuser
-- who disables the trigger) the chain shows: every row holds the hash of the row before it, every day begins with the
-- hash at which the day before ended, and whoever verifies it computes all of them again (`standalone audit verify`).
--
-- A day is one of the database's clock, in UTC, whatever the platform's clock says in `at`: that one can be set back.
CREATE TABLE audit_log (
    id         uuid PRIMARY KEY,
    at         timestamptz NOT NULL,
    action     text NOT NULL,
    actor_id   uuid,
    subject_id uuid,
    login_id   uuid,
    request_id text NOT NULL,
    network    text,
    user_agent text,
    reason     text,
    day        date NOT NULL,
    seq        bigint NOT NULL,
    prev_hash  bytea NOT NULL,
    hash       bytea NOT NULL,
    CONSTRAINT audit_log_is_a_chain UNIQUE (day, seq)
);
CREATE INDEX audit_log_subject_id ON audit_log (subject_id, id);

-- Where the chain of each day ends. The newest one is locked from an append to its commit.
CREATE TABLE audit_heads (
    day         date PRIMARY KEY,
    begins_with bytea NOT NULL,
    seq         bigint NOT NULL,
    hash        bytea NOT NULL
);
INSERT INTO audit_heads (day, begins_with, seq, hash)
VALUES ('1970-01-01', decode(repeat('00', 32), 'hex'), 0, decode(repeat('00', 32), 'hex'));

-- One column of a row as it is hashed: its length and its bytes, or -1 where there is nothing.
CREATE FUNCTION audit_field(value bytea) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN value IS NULL THEN int4send(-1) ELSE int4send(octet_length(value)) || value END;

-- The columns in their order; `shared::domain::audit` writes the same bytes.
CREATE FUNCTION audit_hash(entry audit_log) RETURNS bytea
    LANGUAGE sql STABLE
    RETURN sha256(
        entry.prev_hash
        || audit_field(convert_to(to_char(entry.day, 'YYYY-MM-DD'), 'UTF8'))
        || audit_field(int8send(entry.seq))
        || audit_field(uuid_send(entry.id))
        || audit_field(int8send((extract(epoch FROM entry.at) * 1000000)::bigint))
        || audit_field(convert_to(entry.action, 'UTF8'))
        || audit_field(uuid_send(entry.actor_id))
        || audit_field(uuid_send(entry.subject_id))
        || audit_field(uuid_send(entry.login_id))
        || audit_field(convert_to(entry.request_id, 'UTF8'))
        || audit_field(convert_to(entry.network, 'UTF8'))
        || audit_field(convert_to(entry.user_agent, 'UTF8'))
        || audit_field(convert_to(entry.reason, 'UTF8')));

-- Adds a row to the chain. It runs with the rights of its owner, the only one who may move a head.
CREATE FUNCTION audit_append() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    head  public.audit_heads%ROWTYPE;
    today date;
BEGIN
    LOOP
        SELECT day, begins_with, seq, hash INTO STRICT head
          FROM public.audit_heads ORDER BY day DESC LIMIT 1 FOR UPDATE;
        today := (clock_timestamp() AT TIME ZONE 'UTC')::date;
        -- Whoever held the lock before may have begun a new day.
        CONTINUE WHEN EXISTS (SELECT FROM public.audit_heads AS later WHERE later.day > head.day);
        -- A clock that was set back goes on with the day that has begun.
        EXIT WHEN head.day >= today;
        INSERT INTO public.audit_heads (day, begins_with, seq, hash)
        VALUES (today, head.hash, 0, head.hash)
        ON CONFLICT (day) DO NOTHING;
    END LOOP;
    NEW.day := head.day;
    NEW.seq := head.seq + 1;
    NEW.prev_hash := head.hash;
    NEW.hash := public.audit_hash(NEW);
    UPDATE public.audit_heads AS moved SET seq = NEW.seq, hash = NEW.hash WHERE moved.day = NEW.day;
    RETURN NEW;
END $$;

-- Whole days go when they are two years old, and not before; their heads stay, so that the chain still holds together.
CREATE FUNCTION audit_refuse() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'audit_log' THEN
        IF OLD.day < (clock_timestamp() AT TIME ZONE 'UTC')::date - 730 THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'the audit log is only ever added to' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION audit_forget(older_than_days integer) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    forgotten bigint;
BEGIN
    DELETE FROM public.audit_log
     WHERE day < (clock_timestamp() AT TIME ZONE 'UTC')::date - greatest(older_than_days, 730);
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    RETURN forgotten;
END $$;

CREATE TRIGGER audit_log_append BEFORE INSERT ON audit_log
    FOR EACH ROW EXECUTE FUNCTION audit_append();
CREATE TRIGGER audit_log_refuse BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_log_refuse_truncate BEFORE TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_heads_refuse BEFORE DELETE ON audit_heads
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_heads_refuse_truncate BEFORE TRUNCATE ON audit_heads
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

REVOKE ALL ON FUNCTION audit_append(), audit_forget(integer) FROM PUBLIC;
REVOKE ALL ON audit_log, audit_heads FROM PUBLIC;

-- The owner: a role of the cluster, so another database may have made it already, even at this moment.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'office_hours_audit') THEN
        CREATE ROLE office_hours_audit NOLOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN NULL;
END $$;

-- Hands the log over and keeps INSERT and SELECT. Where the platform's role may make roles (a superuser, or the master
-- user of RDS) it could take the log back by granting itself the owner: by a deliberate act, not by a statement that goes
-- wrong. Where it may not, the log stays its own, without the rights to change it; that too takes a GRANT to undo.
-- A later migration that alters these tables must first `GRANT office_hours_audit TO CURRENT_USER`, and revoke it after.
DO $$
DECLARE
    thing text;
BEGIN
    GRANT office_hours_audit TO CURRENT_USER;
    GRANT CREATE ON SCHEMA public TO office_hours_audit;
    GRANT USAGE ON SCHEMA public TO office_hours_audit;
    FOREACH thing IN ARRAY ARRAY['audit_log', 'audit_heads'] LOOP
        EXECUTE format('ALTER TABLE %I OWNER TO office_hours_audit', thing);
    END LOOP;
    FOREACH thing IN ARRAY ARRAY['audit_append()', 'audit_refuse()', 'audit_forget(integer)'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO office_hours_audit', thing);
    END LOOP;
    -- Given by the new owner: what the old one had went with the tables.
    EXECUTE format('GRANT SELECT, INSERT ON audit_log TO %I', session_user);
    EXECUTE format('GRANT SELECT ON audit_heads TO %I', session_user);
    EXECUTE format('GRANT EXECUTE ON FUNCTION audit_forget(integer) TO %I', session_user);
    REVOKE CREATE ON SCHEMA public FROM office_hours_audit;
    REVOKE office_hours_audit FROM CURRENT_USER;
EXCEPTION
    WHEN insufficient_privilege OR undefined_object THEN
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON audit_log FROM %I', session_user);
        EXECUTE format('REVOKE DELETE, TRUNCATE ON audit_heads FROM %I', session_user);
END $$;
