-- What every request asks before anything else. As functions their plans are kept by the connection, whoever shares it:
-- planning the statements anew cost five times as much as running them.

-- Takes one request from a limit (GCRA): `burst` at once, then one per `step` seconds. `ahead` is how many seconds the
-- theoretical arrival time lies ahead of now.
CREATE FUNCTION take_from_limit(wanted bytea, step double precision, burst double precision,
                                OUT allowed boolean, OUT ahead double precision)
LANGUAGE plpgsql AS $$
DECLARE
    emission interval := make_interval(secs => step);
    tolerance interval := make_interval(secs => step * burst);
    arrival timestamptz;
BEGIN
    INSERT INTO rate_limits AS r (key, tat) VALUES (wanted, clock_timestamp() + emission)
    ON CONFLICT (key) DO UPDATE
       SET tat = greatest(r.tat, clock_timestamp()) + emission
     WHERE greatest(r.tat, clock_timestamp()) + emission - clock_timestamp() <= tolerance
    RETURNING r.tat INTO arrival;
    allowed := FOUND;
    IF NOT FOUND THEN
        SELECT r.tat INTO arrival FROM rate_limits r WHERE r.key = wanted;
    END IF;
    ahead := coalesce(extract(epoch FROM arrival - clock_timestamp()), 0);
END
$$;

-- Who asks, by the login their token names: one that is not ended, of an account that is not shut out. No row, if none.
CREATE FUNCTION find_actor(login uuid, person uuid)
RETURNS TABLE (role text, status text, is_verified boolean, needs_totp boolean)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY
    SELECT u.role, u.status, u.email_verified_at IS NOT NULL,
           u.role = 'admin' AND NOT EXISTS (
             SELECT FROM totps t WHERE t.user_id = u.id AND t.confirmed_at IS NOT NULL)
      FROM logins l JOIN users u ON u.id = l.user_id
     WHERE l.id = login AND l.user_id = person AND l.revoked_at IS NULL AND u.status <> 'suspended';
END
$$;
