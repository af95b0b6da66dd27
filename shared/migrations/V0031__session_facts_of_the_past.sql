-- The same of the sessions that are there. By itself, so that reading them goes on meanwhile.
UPDATE sessions s
   SET answered_at = (SELECT min(h.at) FROM session_history h WHERE h.session_id = s.id AND h.actor_id = s.mentor_id),
       program = (SELECT m.program FROM matches m WHERE m.id = s.match_id)
 WHERE s.match_id IS NOT NULL
    OR EXISTS (SELECT FROM session_history h WHERE h.session_id = s.id AND h.actor_id = s.mentor_id);
