-- Trusted: the owner of the database may create it.
create extension if not exists pg_trgm;
-- Loads the library, if an administrator made the extension: only then is its setting ours to set.
select word_similarity('', '');

create table products (
  product_id uuid primary key,
  version int not null check (version > 0),
  state text not null check (state in ('ACTIVE', 'ARCHIVED')),
  title text not null check (length(title) between 1 and 200),
  description text not null check (length(description) <= 5000),
  category text not null check (length(category) <= 100),
  -- SKUs and titles of the variants, for the two columns below: a row cannot compute them.
  variant_words text not null,
  -- For words spelt right. What is in the title weighs more than what is in the description.
  search tsvector not null generated always as (
    setweight(to_tsvector('english', title), 'A')
    || setweight(to_tsvector('english', category || ' ' || variant_words), 'B')
    || setweight(to_tsvector('english', description), 'D')) stored,
  -- For words spelt wrong. "T-shirt" is also to be found as one word.
  names text not null generated always as (
    title || ' ' || replace(title, '-', '') || ' ' || category || ' ' || variant_words) stored,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- The CreateProduct that made it; null if an import did.
  caller text,
  request_id uuid,
  request_hash bytea,
  constraint products_request unique (caller, request_id),
  check (num_nulls(caller, request_id, request_hash) in (0, 3))
);
create index products_created on products (created_at, product_id);
create index products_updated on products (updated_at, product_id);
create index products_title on products (title, product_id);
create index products_search on products using gin (search) where state = 'ACTIVE';
create index products_names on products using gin (names gin_trgm_ops) where state = 'ACTIVE';

-- Prices are three arrays of one length, so that a variant is one row and one index look-up.
create table variants (
  sku text collate "C" primary key check (sku ~ '^[A-Z0-9][A-Z0-9._-]{0,63}$'),
  product_id uuid not null references products,
  position int not null check (position between 0 and 99),
  title text not null check (length(title) <= 200),
  weight_grams int not null check (weight_grams between 0 and 1000000),
  tax_category text not null check (tax_category ~ '^([a-z][a-z0-9_-]{0,31})?$'),
  allow_backorder boolean not null,
  price_currencies text[] not null
    check (array_to_string(price_currencies, ',', '?') ~ '^[A-Z]{3}(,[A-Z]{3})*$'),
  -- Minor units: a billion whole ones of a currency with four digits at most.
  price_minors bigint[] not null
    check (0 <= all (price_minors) and 10000000000000 >= all (price_minors)
      and array_position(price_minors, null) is null),
  price_min_quantities int[] not null
    check (1 <= all (price_min_quantities) and 1000000 >= all (price_min_quantities)
      and array_position(price_min_quantities, null) is null),
  unique (product_id, position),
  check (cardinality(price_minors) = cardinality(price_currencies)
    and cardinality(price_min_quantities) = cardinality(price_currencies))
);

-- Active products in which each word is found, spelt right anywhere or nearly right in a name; the
-- score is the mean likeness, up to 1. It is a function because the likeness from which on `<%` holds
-- is a setting, by default too strict for two letters that changed places.
create function products_like(words text[]) returns table (product_id uuid, score float8)
language sql stable
set pg_trgm.word_similarity_threshold = 0.4
as $$
  -- The candidates come by index from a word that nothing has as it is spelt: few have one like it.
  with lead as materialized (
    select coalesce(min(w.word), words[1]) as word
    from unnest(words) as w (word)
    where not exists (
      select from products p
      where p.state = 'ACTIVE' and p.search @@ plainto_tsquery('english', w.word)))
  select p.product_id, l.mean
  from products p, lateral (
    select avg(o.likeness) as mean, min(o.likeness) as least
    from (
      select
        case when p.search @@ plainto_tsquery('english', w.word) then 1
          else word_similarity(w.word, p.names) end as likeness
      from unnest(words) as w (word)
      where numnode(plainto_tsquery('english', w.word)) > 0) as o) as l
  where p.state = 'ACTIVE'
    and ((select word from lead) <% p.names
      or p.search @@ plainto_tsquery('english', (select word from lead)))
    and l.least >= 0.4
$$;

-- Answers of finished mutations, kept at least 24 hours so that a repeated request gets the first
-- answer.
create table requests (
  caller text not null,
  rpc text not null,
  request_id uuid not null,
  payload_hash bytea not null,
  answer bytea not null,
  created_at timestamptz not null default now(),
  primary key (caller, rpc, request_id)
);
create index requests_created_at on requests using brin (created_at);

-- Events, in the order of the product's versions: the sequence is that version, so a gap is a lost
-- event.
create table outbox (
  aggregate_id uuid not null,
  sequence int not null check (sequence > 0),
  type text not null,
  payload bytea not null,
  trace_parent text,
  created_at timestamptz not null default now(),
  primary key (aggregate_id, sequence)
);
