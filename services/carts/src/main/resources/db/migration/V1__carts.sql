-- A cart is one row: it is read and written as a whole, and its version guards it.
create table carts (
  cart_id uuid primary key,
  customer_id text check (length(customer_id) between 1 and 200), -- null: a guest's
  currency char(3) not null check (currency ~ '^[A-Z]{3}$'),
  -- The lines, in the order they were added: skus[i] is wanted quantities[i] times.
  skus text[] not null,
  quantities int[] not null,
  version int not null check (version > 0),
  expire_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  caller text not null,
  request_id uuid not null,
  request_hash bytea not null,
  constraint carts_request unique (caller, request_id),
  constraint carts_lines check (
    cardinality(skus) = cardinality(quantities) and cardinality(skus) <= 100),
  -- A tsvector holds each word once, so an equal length means that no SKU is there twice.
  constraint carts_skus_differ check (length(array_to_tsvector(skus)) = cardinality(skus)),
  constraint carts_quantities check (
    1 <= all (quantities) and 10000 >= all (quantities) and array_position(quantities, null) is null)
)
-- Room for the next version beside the one before it: no index is touched when a line changes.
with (fillfactor = 70);
create index carts_expire_at on carts (expire_at);

-- Answers of finished mutations, kept at least 24 hours so that a repeated request gets the first answer.
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
