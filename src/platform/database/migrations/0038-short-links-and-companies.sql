-- What a professional's link to a mission ends in: 16 random bytes. Null: offered before links were short, and known by a signed one.
alter table attribution_answer add column link bytea check (octet_length(link) = 16);
-- By its hash: how long looking takes tells nothing of what is nearly right.
create unique index attribution_answer_link on attribution_answer (sha256(link)) where link is not null;

-- 0: exempt, for a reason that its invoices must name: { "code": "VATEX-…", "reason": { "fr": …, "en": … } }.
alter table service_type drop constraint service_type_vat_rate_check,
  add constraint service_type_vat_rate_check check (vat_rate between 0 and 10000),
  add column vat_exemption jsonb,
  add constraint service_type_exempt check ((vat_rate is not distinct from 0) = (vat_exemption is not null));

-- Who is invoiced, where that is not the person at the place of work.
alter table quote add column company jsonb, add column billing_address jsonb;

-- An amount's own currency: `currency` is what was agreed in; this, when it differs, what was paid and given back in.
alter table booking add column paid_currency text;
update booking b set paid_currency = b.currency, currency = q.currency from quote q where q.id = b.quote_id and q.currency <> b.currency;
