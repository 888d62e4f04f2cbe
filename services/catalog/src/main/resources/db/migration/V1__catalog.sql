-- For levenshtein. Trusted: the owner of the database may create it.
create extension if not exists fuzzystrmatch;

create table products (
  product_id uuid primary key,
  version int not null check (version > 0),
  state text not null check (state in ('ACTIVE', 'ARCHIVED')),
  title text not null check (length(title) between 1 and 200),
  description text not null check (length(description) <= 5000),
  category text not null check (length(category) <= 100),
  -- SKUs and titles of the variants, for the next column: a row cannot compute them.
  variant_words text not null,
  -- What is in the title weighs more than what is in the description. "T-shirt" is also one word, and
  -- a slash stands between two; it would make one of them, a path.
  search tsvector not null generated always as (
    setweight(to_tsvector('english', translate(
      case when title like '%-%' then title || ' ' || replace(title, '-', '') else title end,
      '/', ' ')), 'A')
    || setweight(to_tsvector('english', translate(category, '/', ' ') || ' ' || variant_words), 'B')
    || setweight(to_tsvector('english', translate(description, '/', ' ')), 'D')) stored,
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

-- Every word that a product ever had: what a misspelt one may have meant. The letters are those of
-- the word in alphabetical order, by which words are found whose letters changed places.
create table words (
  word text collate "C" primary key check (length(word) between 3 and 40),
  letters text collate "C" not null check (length(letters) = length(word))
);

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
