create table locations (
  location_id text collate "C" primary key check (location_id ~ '^[a-z0-9][a-z0-9-]{0,31}$'),
  display_name text not null check (length(display_name) between 1 and 100),
  priority int not null check (priority between 0 and 1000),
  version int not null default 1 check (version > 0)
);

-- Rows are locked in the order of their key, which is bytes on every server: collation "C". The half
-- empty pages keep the versions of a busy row within its page and away from the index.
create table stock_levels (
  sku text collate "C" not null check (sku ~ '^[A-Z0-9][A-Z0-9._-]{0,63}$'),
  location_id text collate "C" not null references locations,
  on_hand int not null check (on_hand between 0 and 1000000000),
  reserved int not null default 0,
  primary key (sku, location_id),
  constraint stock_levels_never_oversold check (reserved between 0 and on_hand)
) with (fillfactor = 50);

-- The ledger: on_hand of a SKU and location is the sum of its quantities. An adjustment's claim is
-- the row it makes; what leaves with a reservation is claimed by its CommitReservation.
create table movements (
  movement_id uuid primary key,
  sku text collate "C" not null,
  location_id text collate "C" not null,
  quantity int not null check (quantity <> 0),
  reason text not null
    check (reason in ('RECEIVED', 'COUNTED', 'WRITTEN_OFF', 'RETURNED', 'SHIPPED')),
  reservation_id uuid,
  note text not null default '' check (length(note) <= 500),
  on_hand_after int not null check (on_hand_after >= 0),
  reserved_after int not null check (reserved_after between 0 and on_hand_after),
  caller text not null,
  request_id uuid,
  request_hash bytea,
  created_at timestamptz not null default now(),
  foreign key (sku, location_id) references stock_levels,
  check ((reason = 'SHIPPED') = (reservation_id is not null)),
  check ((reason = 'SHIPPED') = (request_id is null)),
  check ((request_id is null) = (request_hash is null)),
  check (reason <> 'SHIPPED' or quantity < 0)
);
create unique index movements_request on movements (caller, request_id)
  where request_id is not null;
create index movements_sku on movements (sku, movement_id);
create index movements_reservation
  on movements (coalesce(reservation_id, '00000000-0000-0000-0000-000000000000'), movement_id);

-- The request id of a Reserve is its reservation's id, so a claim is never forgotten. The pages have
-- room for the version that a release or a shipment makes.
create table reservations (
  reservation_id uuid primary key,
  caller text not null,
  request_hash bytea, -- null: a tombstone, made by a release that came first
  order_id uuid,
  state text not null check (state in ('ACTIVE', 'COMMITTED', 'RELEASED', 'EXPIRED')),
  version int not null default 1 check (version > 0),
  expire_at timestamptz,
  due_at timestamptz, -- expire_at while there is something to give back; the only index to keep
  created_at timestamptz not null default now(),
  check (request_hash is not null or state = 'RELEASED'),
  check (request_hash is null or (order_id is null) <> (expire_at is null)),
  check ((due_at is not null) = (state = 'ACTIVE' and expire_at is not null))
) with (fillfactor = 70);
create index reservations_due on reservations (due_at) where due_at is not null;

-- No foreign keys: the one statement that makes a line makes its reservation and takes its stock.
create table reservation_lines (
  reservation_id uuid not null,
  sku text collate "C" not null,
  location_id text collate "C" not null,
  quantity int not null check (quantity > 0),
  committed int not null default 0,
  primary key (reservation_id, sku, location_id),
  check (committed between 0 and quantity)
) with (fillfactor = 70);

-- What active reservations are promised that has still to come in: it counts in no stock level. A row
-- leaves when its last unit became a line, or was given back.
create table reservation_backorders (
  reservation_id uuid not null,
  sku text collate "C" not null,
  quantity int not null check (quantity > 0),
  created_at timestamptz not null,
  primary key (reservation_id, sku)
);
create index reservation_backorders_queue
  on reservation_backorders (sku, created_at, reservation_id);

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

-- Events, in the order of the aggregate's versions: the sequence is that version, so a gap is a lost event.
create table outbox (
  aggregate_id uuid not null,
  sequence int not null check (sequence > 0),
  type text not null,
  payload bytea not null,
  trace_parent text,
  created_at timestamptz not null default now(),
  primary key (aggregate_id, sequence)
);
