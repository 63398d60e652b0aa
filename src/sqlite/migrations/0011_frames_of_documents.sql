-- Frames of documents are their disclosers' alone since now, which a shape of before does not say: whether a Composition (type 25) is
-- seen, the resource itself is asked (shape 0), until it is written again. Rows of facets stay as they are.
UPDATE token SET vis = vis & ~65535 WHERE npk IN (SELECT -pk FROM resource WHERE type = 25)
  AND (vis & 65535) = (SELECT shape FROM resource WHERE pk = -npk);
UPDATE reference SET vis = vis & ~65535 WHERE npk IN (SELECT -pk FROM resource WHERE type = 25)
  AND (vis & 65535) = (SELECT shape FROM resource WHERE pk = -npk);
UPDATE uri SET vis = vis & ~65535 WHERE npk IN (SELECT -pk FROM resource WHERE type = 25)
  AND (vis & 65535) = (SELECT shape FROM resource WHERE pk = -npk);
UPDATE string SET vis = vis & ~65535 WHERE npk IN (SELECT -pk FROM resource WHERE type = 25)
  AND (vis & 65535) = (SELECT shape FROM resource WHERE pk = -npk);
UPDATE date SET vis = vis & ~65535 WHERE npk IN (SELECT -pk FROM resource WHERE type = 25)
  AND (vis & 65535) = (SELECT shape FROM resource WHERE pk = -npk);
UPDATE number SET vis = vis & ~65535 WHERE npk IN (SELECT -pk FROM resource WHERE type = 25)
  AND (vis & 65535) = (SELECT shape FROM resource WHERE pk = -npk);
UPDATE token_by_patient SET shape = 0 WHERE npk IN (SELECT -pk FROM resource WHERE type = 25)
  AND shape = (SELECT r.shape FROM resource r WHERE r.pk = -npk);
UPDATE compartment SET shape = 0 WHERE type = 25;
UPDATE resource SET shape = 0 WHERE type = 25;
